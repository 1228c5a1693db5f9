# The least that works: an on-demand stream, a small node for the claims, and a VPC of its own.

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
}

variable "region" {
  description = "AWS region."
  type        = string
  default     = "eu-west-1"
}

variable "package_file" {
  description = "The function's deployment zip for arm64."
  type        = string
}

variable "force_destroy" {
  description = "Whether `terraform destroy` deletes the lake with what is in it."
  type        = bool
  default     = false
}

module "weir" {
  source = "../.."

  package_file  = var.package_file
  force_destroy = var.force_destroy

  # Nobody waits for a trial, but whoever tries it does: a minute is what the first event takes.
  maximum_batching_window_in_seconds = 60

  # A second node would keep the claims through the loss of the first. Without it Weir stops there.
  claims_node_type     = "cache.t4g.micro"
  claims_replicas      = 0
  claims_snapshot_days = 0
  expected_claims      = 5000000 # 200 MB, of the 0.5 GB that the node has
}

output "stream_name" {
  description = "Put records here."
  value       = module.weir.stream_name
}

output "function_name" {
  description = "Name of the function."
  value       = module.weir.function_name
}

output "log_group_name" {
  description = "The function's log."
  value       = module.weir.log_group_name
}

output "lake_uri" {
  description = "The lake."
  value       = module.weir.lake_uri
}

output "athena_workgroup" {
  description = "Workgroup for queries."
  value       = module.weir.athena_workgroup
}

output "athena_example_query" {
  description = "A first query."
  value       = module.weir.athena_example_query
}

output "dashboard_url" {
  description = "The dashboard."
  value       = module.weir.dashboard_url
}
