# The function calls three things from inside the VPC: the claims, S3 and Secrets Manager. Kinesis is
# read, the log is written and batches that fail are kept by Lambda itself, from outside.

locals {
  make_vpc       = var.network == null
  make_endpoints = local.make_vpc || try(var.network.create_endpoints, false)
  vpc_id         = local.make_vpc ? aws_vpc.this[0].id : var.network.vpc_id
  subnet_ids     = local.make_vpc ? aws_subnet.private[*].id : var.network.subnet_ids
  route_tables   = local.make_vpc ? aws_route_table.private[*].id : var.network.route_table_ids

  s3_endpoint_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyTheFunctionToTheLake"
      Effect    = "Allow"
      Principal = "*"
      Action    = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListBucket"]
      Resource  = [local.lake_bucket_arn, "${local.lake_bucket_arn}/${local.lake_prefix}*"]
      Condition = { ArnEquals = { "aws:PrincipalArn" = aws_iam_role.function.arn } }
    }]
  })

  secrets_endpoint_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyTheFunctionToItsPassword"
      Effect    = "Allow"
      Principal = "*"
      Action    = "secretsmanager:GetSecretValue"
      Resource  = local.password_arn
      Condition = { ArnEquals = { "aws:PrincipalArn" = aws_iam_role.function.arn } }
    }]
  })
}

data "aws_availability_zones" "available" {
  count = local.make_vpc ? 1 : 0

  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

resource "aws_vpc" "this" {
  count = local.make_vpc ? 1 : 0

  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true # the endpoint of Secrets Manager takes the place of its public name
  tags                 = merge(local.tags, { Name = var.name })
}

# The VPC's default security group lets everything in it talk to everything; nothing uses it.
resource "aws_default_security_group" "this" {
  count = local.make_vpc ? 1 : 0

  vpc_id = aws_vpc.this[0].id
  tags   = merge(local.tags, { Name = "${var.name}-unused" })
}

resource "aws_subnet" "private" {
  count = local.make_vpc ? var.availability_zones : 0

  vpc_id            = aws_vpc.this[0].id
  availability_zone = data.aws_availability_zones.available[0].names[count.index]
  cidr_block        = cidrsubnet(var.vpc_cidr, 2, count.index)
  tags              = merge(local.tags, { Name = "${var.name}-private-${count.index + 1}" })
}

# No route leads out of the VPC.
resource "aws_route_table" "private" {
  count = local.make_vpc ? 1 : 0

  vpc_id = aws_vpc.this[0].id
  tags   = merge(local.tags, { Name = "${var.name}-private" })
}

resource "aws_route_table_association" "private" {
  count = local.make_vpc ? var.availability_zones : 0

  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[0].id
}

resource "aws_vpc_endpoint" "s3" {
  count = local.make_endpoints ? 1 : 0

  vpc_id            = local.vpc_id
  service_name      = "com.amazonaws.${local.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = local.route_tables
  policy            = local.s3_endpoint_policy
  tags              = merge(local.tags, { Name = "${var.name}-s3" })
}

resource "aws_vpc_endpoint" "secrets" {
  count = local.make_endpoints ? 1 : 0

  vpc_id              = local.vpc_id
  service_name        = "com.amazonaws.${local.region}.secretsmanager"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = local.subnet_ids
  security_group_ids  = [aws_security_group.endpoints[0].id]
  policy              = local.secrets_endpoint_policy
  tags                = merge(local.tags, { Name = "${var.name}-secrets" })
}

resource "aws_security_group" "function" {
  name        = "${var.name}-function"
  description = "The function of ${var.name}"
  vpc_id      = local.vpc_id
  tags        = merge(local.tags, { Name = "${var.name}-function" })
}

resource "aws_security_group" "claims" {
  name        = local.claims_id
  description = "The claims of ${var.name}"
  vpc_id      = local.vpc_id
  tags        = merge(local.tags, { Name = local.claims_id })
}

resource "aws_security_group" "endpoints" {
  count = local.make_endpoints ? 1 : 0

  name        = "${var.name}-endpoints"
  description = "The endpoint of Secrets Manager of ${var.name}"
  vpc_id      = local.vpc_id
  tags        = merge(local.tags, { Name = "${var.name}-endpoints" })
}

resource "aws_vpc_security_group_ingress_rule" "claims_from_function" {
  security_group_id            = aws_security_group.claims.id
  description                  = "The function"
  referenced_security_group_id = aws_security_group.function.id
  ip_protocol                  = "tcp"
  from_port                    = local.claims_port
  to_port                      = local.claims_port
}

resource "aws_vpc_security_group_egress_rule" "function_to_claims" {
  security_group_id            = aws_security_group.function.id
  description                  = "The claims"
  referenced_security_group_id = aws_security_group.claims.id
  ip_protocol                  = "tcp"
  from_port                    = local.claims_port
  to_port                      = local.claims_port
}

resource "aws_vpc_security_group_ingress_rule" "endpoints_from_function" {
  count = local.make_endpoints ? 1 : 0

  security_group_id            = aws_security_group.endpoints[0].id
  description                  = "The function"
  referenced_security_group_id = aws_security_group.function.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "function_to_endpoints" {
  count = local.make_endpoints ? 1 : 0

  security_group_id            = aws_security_group.function.id
  description                  = "Secrets Manager"
  referenced_security_group_id = aws_security_group.endpoints[0].id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "function_to_s3" {
  count = local.make_endpoints ? 1 : 0

  security_group_id = aws_security_group.function.id
  description       = "S3"
  prefix_list_id    = aws_vpc_endpoint.s3[0].prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# Endpoints of your own, or a NAT gateway: this module cannot know their addresses.
resource "aws_vpc_security_group_egress_rule" "function_to_https" {
  count = local.make_endpoints ? 0 : 1

  security_group_id = aws_security_group.function.id
  description       = "S3 and Secrets Manager, by the VPC's own way"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
