# Weir on AWS: Kinesis -> Lambda -> claims in ElastiCache -> Parquet on S3, with Athena on top.
#
#   stream.tf     the Kinesis stream
#   function.tf   the function, its version and alias, its log group, the event source mapping
#   claims.tf     Valkey or Redis, its user and password
#   lake.tf       the bucket with the lake, and the one for batches that were given up
#   catalog.tf    what Athena needs to query the lake
#   network.tf    the VPC and its endpoints, unless subnets are given, and the security groups
#   iam.tf        who may do what
#   alarms.tf, dashboard.tf

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name
  suffix    = data.aws_partition.current.dns_suffix

  tags = merge({ "weir:deployment" = var.name }, var.tags)

  # Known before anything exists, so that policies can name them without a cycle.
  function_arn = "arn:${local.partition}:lambda:${local.region}:${local.account}:function:${var.name}"
  lake_prefix  = "${var.lake_prefix}/"
  lake_uri     = "s3://${local.lake_bucket}/${var.lake_prefix}"
}
