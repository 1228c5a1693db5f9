# For a stream that matters, at about a million events an hour: a KMS key of its own, provisioned
# shards, claims that survive a node, SnapStart, seven days to mend what is broken, and alarms that
# somebody hears.

terraform {
  required_version = ">= 1.9.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 6.0.0"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = { application = var.name }
  }
}

variable "region" {
  description = "AWS region."
  type        = string
  default     = "eu-west-1"
}

variable "name" {
  description = "Name of the deployment."
  type        = string
  default     = "weir-production"
}

variable "package_file" {
  description = "The function's deployment zip for arm64."
  type        = string
}

variable "sql_layer_file" {
  description = "A zip with transform.sql, the SQL of your own; null for Weir's."
  type        = string
  default     = null
}

variable "network" {
  description = "A VPC of yours, as the module's variable `network` has it; null to have one made."
  type = object({
    vpc_id           = string
    subnet_ids       = list(string)
    create_endpoints = optional(bool, true)
    route_table_ids  = optional(list(string), [])
  })
  default = null
}

variable "alarm_email" {
  description = "Who is told of alarms; the address gets a mail to confirm. Null: only the topic is made."
  type        = string
  default     = null
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name
  suffix    = data.aws_partition.current.dns_suffix
}

module "weir" {
  source = "../.."

  name         = var.name
  package_file = var.package_file
  kms_key_arn  = aws_kms_key.this.arn
  network      = var.network

  # A million events of 1 KB an hour are 0.3 MB a second; two shards leave room for six times that.
  stream_mode            = "PROVISIONED"
  shard_count            = 2
  stream_retention_hours = 168

  # With records of 1 KB the limit of 6 MB comes first, after some 25 s; with compressed ones the window.
  batch_size                         = 10000
  maximum_batching_window_in_seconds = 300
  parallelization_factor             = 1

  memory_mb            = 1769
  timeout_seconds      = 300
  snap_start           = true
  reserved_concurrency = 10
  tracing              = true
  log_retention_days   = 90
  sql_layer_file       = var.sql_layer_file

  # 7 days and 7 more for a function that is a week behind: 336 million claims, 14.8 GB.
  claims_node_type           = "cache.r7g.xlarge"
  claims_replicas            = 1
  claims_snapshot_days       = 3
  claims_window_hours        = 168
  claims_lag_allowance_hours = 168
  expected_claims            = 336000000
  claims_maintenance_window  = "sun:03:00-sun:04:00"

  alarm_actions = [aws_sns_topic.alarms.arn]
  alarms = {
    iterator_age_seconds  = 900
    dead_letters          = 100
    claims_memory_percent = 70
  }
}

resource "aws_kms_key" "this" {
  description             = "Everything of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # In a key's policy, "*" is the key itself.
      {
        Sid       = "ThisAccountByItsPolicies"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "TheLogGroupOfTheFunction"
        Effect    = "Allow"
        Principal = { Service = "logs.${local.region}.${local.suffix}" }
        Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
        Resource  = "*"
        Condition = {
          ArnEquals = { "kms:EncryptionContext:aws:logs:arn" = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/lambda/${var.name}" }
        }
      },
      {
        Sid       = "AlarmsIntoTheTopic"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.${local.suffix}" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
    ]
  })
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}

resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = aws_kms_key.this.arn
}

resource "aws_sns_topic_subscription" "alarms" {
  count = var.alarm_email == null ? 0 : 1

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

output "weir" {
  description = "All outputs of the module."
  value       = module.weir
}
