locals {
  serverless   = var.claims_mode == "serverless"
  claims_id    = "${var.name}-claims"
  claims_user  = "${var.name}-function"
  claims_port  = 6379
  password_arn = aws_cloudformation_stack.user.outputs["PasswordArn"]
  claims_host = (
    local.serverless
    ? aws_elasticache_serverless_cache.claims[0].endpoint[0].address
    : var.claims_shards > 1
    ? aws_elasticache_replication_group.claims[0].configuration_endpoint_address
    : aws_elasticache_replication_group.claims[0].primary_endpoint_address
  )

  # What RedisClaimStore and its script call, and nothing else, on the keys of one lake.
  claims_access = join(" ", concat(
    ["on", "~weir:${var.claims_name}:*", "-@all"],
    formatlist("+%s", [
      "ping", "info", "time", "cluster|slots", "cluster|shards", "cluster|nodes", "asking",
      "get", "set", "exists", "expire", "ttl",
      "evalsha", "script|load",
      "hget", "hgetall", "hset", "hsetnx", "hdel", "hlen", "hrandfield",
    ]),
  ))
}

# The password is made by Secrets Manager and handed to ElastiCache by CloudFormation, all within AWS:
# it is in no variable, no plan and no state. With this provider alone it would be in the state,
# because aws_elasticache_user has no write-only argument for it.
resource "aws_cloudformation_stack" "user" {
  name = "${var.name}-claims-user"

  template_body = jsonencode({
    AWSTemplateFormatVersion = "2010-09-09"
    Description              = "The user of the claims of ${var.name}, and its password"
    Resources = {
      "Password${var.password_version}" = {
        Type = "AWS::SecretsManager::Secret"
        Properties = merge(
          {
            Description = "Password of the user ${local.claims_user} of the claims of ${var.name}"
            GenerateSecretString = {
              PasswordLength     = 64
              ExcludePunctuation = true
            }
          },
          var.kms_key_arn == null ? {} : { KmsKeyId = var.kms_key_arn },
        )
      }
      User = {
        Type = "AWS::ElastiCache::User"
        Properties = {
          UserId       = local.claims_user
          UserName     = local.claims_user
          Engine       = var.claims_engine
          AccessString = local.claims_access
          AuthenticationMode = {
            Type      = "password"
            Passwords = [{ "Fn::Sub" = "{{resolve:secretsmanager:$${Password${var.password_version}}:SecretString}}" }]
          }
        }
      }
      # Takes the place of the user "default", who may do everything. It is switched off, so its
      # password opens nothing.
      DefaultUser = {
        Type = "AWS::ElastiCache::User"
        Properties = {
          UserId       = "${var.name}-default"
          UserName     = "default"
          Engine       = var.claims_engine
          AccessString = "off ~nothing -@all"
          AuthenticationMode = {
            Type      = "password"
            Passwords = [{ "Fn::Sub" = "{{resolve:secretsmanager:$${Password${var.password_version}}:SecretString}}" }]
          }
        }
      }
    }
    Outputs = {
      PasswordArn = { Value = { Ref = "Password${var.password_version}" } }
      UserId      = { Value = { Ref = "User" } }
      DefaultId   = { Value = { Ref = "DefaultUser" } }
    }
  })

  tags = local.tags
}

resource "aws_elasticache_user_group" "claims" {
  engine        = var.claims_engine
  user_group_id = local.claims_id
  user_ids = [
    aws_cloudformation_stack.user.outputs["UserId"],
    aws_cloudformation_stack.user.outputs["DefaultId"],
  ]
  tags = local.tags
}

resource "aws_elasticache_subnet_group" "claims" {
  count = local.serverless ? 0 : 1

  name        = local.claims_id
  description = "Where the claims of ${var.name} are"
  subnet_ids  = local.subnet_ids
  tags        = local.tags
}

resource "aws_elasticache_parameter_group" "claims" {
  count = local.serverless ? 0 : 1

  name        = "${local.claims_id}-${var.claims_engine}"
  description = "Claims are never evicted"
  family      = var.claims_engine == "valkey" ? "valkey8" : "redis7"

  # A claim that is evicted is an event that lands twice. Full, the server refuses; Weir then waits.
  parameter {
    name  = "maxmemory-policy"
    value = "noeviction"
  }

  dynamic "parameter" {
    for_each = var.claims_shards > 1 ? ["yes"] : []
    content {
      name  = "cluster-enabled"
      value = parameter.value
    }
  }

  tags = local.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_elasticache_replication_group" "claims" {
  count = local.serverless ? 0 : 1

  replication_group_id = local.claims_id
  description          = "Claims of ${var.name}: which event belongs to which attempt"
  engine               = var.claims_engine
  engine_version       = var.claims_engine == "valkey" ? "8.0" : "7.1"
  node_type            = var.claims_node_type
  port                 = local.claims_port
  parameter_group_name = aws_elasticache_parameter_group.claims[0].name

  num_node_groups            = var.claims_shards
  replicas_per_node_group    = var.claims_replicas
  automatic_failover_enabled = var.claims_replicas > 0 || var.claims_shards > 1
  multi_az_enabled           = var.claims_replicas > 0

  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  at_rest_encryption_enabled = true
  kms_key_id                 = var.kms_key_arn

  user_group_ids     = [aws_elasticache_user_group.claims.user_group_id]
  subnet_group_name  = aws_elasticache_subnet_group.claims[0].name
  security_group_ids = [aws_security_group.claims.id]

  snapshot_retention_limit   = var.claims_snapshot_days
  maintenance_window         = var.claims_maintenance_window
  auto_minor_version_upgrade = true
  apply_immediately          = true

  tags = local.tags

  # AWS raises minor versions by itself, and going back would make a new group without any claims.
  lifecycle {
    ignore_changes = [engine_version]
  }
}

# Without cache_usage_limits: at a limit, a serverless cache evicts.
resource "aws_elasticache_serverless_cache" "claims" {
  count = local.serverless ? 1 : 0

  name                 = local.claims_id
  description          = "Claims of ${var.name}: which event belongs to which attempt"
  engine               = var.claims_engine
  major_engine_version = var.claims_engine == "valkey" ? "8" : "7"
  kms_key_id           = var.kms_key_arn

  user_group_id      = aws_elasticache_user_group.claims.user_group_id
  subnet_ids         = slice(local.subnet_ids, 0, min(3, length(local.subnet_ids))) # it takes 2 or 3
  security_group_ids = [aws_security_group.claims.id]

  snapshot_retention_limit = var.claims_snapshot_days

  tags = local.tags
}
