output "stream_name" {
  description = "Put records here."
  value       = aws_kinesis_stream.this.name
}

output "stream_arn" {
  description = "ARN of the stream."
  value       = aws_kinesis_stream.this.arn
}

output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "function_alias_arn" {
  description = "ARN of the alias that reads from the stream."
  value       = aws_lambda_alias.live.arn
}

output "function_role_arn" {
  description = "ARN of the role that the function runs with."
  value       = aws_iam_role.function.arn
}

output "function_security_group_id" {
  description = "Security group of the function."
  value       = aws_security_group.function.id
}

output "log_group_name" {
  description = "The function's log: one line of JSON for each thing that happens."
  value       = aws_cloudwatch_log_group.function.name
}

output "event_source_mapping_uuid" {
  description = "Id of the event source mapping, as in the paths of batches that were given up."
  value       = aws_lambda_event_source_mapping.this.uuid
}

output "bucket" {
  description = "Bucket of the lake."
  value       = aws_s3_bucket.lake.bucket
}

output "lake_uri" {
  description = "The lake, as --lake and lake.path take it."
  value       = local.lake_uri
}

output "failures_bucket" {
  description = "Bucket with batches that were given up; empty in good times."
  value       = aws_s3_bucket.failures.bucket
}

output "redis_endpoint" {
  description = "The claims, as claims.path takes them; reachable from inside the VPC only."
  value       = local.environment["WEIR_CLAIMS_PATH"]
}

output "redis_user" {
  description = "User of the claims."
  value       = local.claims_user
}

output "redis_password_secret_arn" {
  description = "The secret in Secrets Manager that holds the user's password."
  value       = local.password_arn
}

output "redis_security_group_id" {
  description = "Security group of the claims; let others in here."
  value       = aws_security_group.claims.id
}

output "vpc_id" {
  description = "The VPC of function and claims."
  value       = local.vpc_id
}

output "producer_policy_arn" {
  description = "Policy for roles that put records into the stream."
  value       = aws_iam_policy.producer.arn
}

output "reader_policy_arn" {
  description = "Policy for roles that query the lake with Athena."
  value       = aws_iam_policy.reader.arn
}

output "athena_database" {
  description = "Database with events, events_by_date, events_by_type and dead_letters."
  value       = aws_glue_catalog_database.this.name
}

output "athena_workgroup" {
  description = "Workgroup for queries."
  value       = aws_athena_workgroup.this.name
}

output "athena_example_query" {
  description = "A first query, for Athena's editor."
  value       = "SELECT event_type, count(*) AS n FROM \"${local.database}\".\"events\" WHERE \"date\" >= current_date - INTERVAL '7' DAY GROUP BY 1 ORDER BY 2 DESC"
}

output "dashboard_url" {
  description = "The dashboard in the console."
  value       = "https://${local.region}.console.aws.amazon.com/cloudwatch/home?region=${local.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.this.dashboard_name}"
}

output "review" {
  description = <<-EOT
    What a review asks for, read from the resources: every policy that was written (JSON), encryption,
    public access, and how records reach the function.
  EOT
  value = {
    policies = {
      function         = aws_iam_role_policy.function.policy
      function_trust   = aws_iam_role.function.assume_role_policy
      producer         = aws_iam_policy.producer.policy
      reader           = aws_iam_policy.reader.policy
      lake_bucket      = aws_s3_bucket_policy.lake.policy
      failures_bucket  = aws_s3_bucket_policy.failures.policy
      s3_endpoint      = one(aws_vpc_endpoint.s3[*].policy)
      secrets_endpoint = one(aws_vpc_endpoint.secrets[*].policy)
    }
    managed_policies = concat([aws_iam_role_policy_attachment.function_network.policy_arn], aws_iam_role_policy_attachment.function_tracing[*].policy_arn)

    public_access_blocked = { for key, block in { lake = aws_s3_bucket_public_access_block.lake, failures = aws_s3_bucket_public_access_block.failures } :
      key => block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets
    }
    encryption = {
      stream   = "${aws_kinesis_stream.this.encryption_type} ${aws_kinesis_stream.this.kms_key_id}"
      lake     = one(one(aws_s3_bucket_server_side_encryption_configuration.lake.rule).apply_server_side_encryption_by_default).sse_algorithm
      failures = one(one(aws_s3_bucket_server_side_encryption_configuration.failures.rule).apply_server_side_encryption_by_default).sse_algorithm
    }
    claims = {
      in_transit       = local.serverless ? "always" : one(aws_elasticache_replication_group.claims[*].transit_encryption_mode)
      at_rest          = local.serverless ? true : tobool(one(aws_elasticache_replication_group.claims[*].at_rest_encryption_enabled))
      maxmemory_policy = local.serverless ? null : one([for parameter in aws_elasticache_parameter_group.claims[0].parameter : parameter.value if parameter.name == "maxmemory-policy"])
      access           = local.claims_access
    }
    event_source_mapping = {
      function                           = aws_lambda_event_source_mapping.this.function_name
      batch_size                         = aws_lambda_event_source_mapping.this.batch_size
      maximum_batching_window_in_seconds = aws_lambda_event_source_mapping.this.maximum_batching_window_in_seconds
      parallelization_factor             = aws_lambda_event_source_mapping.this.parallelization_factor
      function_response_types            = aws_lambda_event_source_mapping.this.function_response_types
      bisect_batch_on_function_error     = aws_lambda_event_source_mapping.this.bisect_batch_on_function_error
      maximum_retry_attempts             = aws_lambda_event_source_mapping.this.maximum_retry_attempts
      maximum_record_age_in_seconds      = aws_lambda_event_source_mapping.this.maximum_record_age_in_seconds
      on_failure                         = one(one(aws_lambda_event_source_mapping.this.destination_config).on_failure).destination_arn
    }
    environment = one(aws_lambda_function.this.environment).variables
  }
}
