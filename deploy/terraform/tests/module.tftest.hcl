# The module by itself: its resources, the choices that the examples do not make, and what it refuses.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  package_file = "README.md" # any file: nothing is sent anywhere
}

run "defaults" {
  command = apply

  assert {
    condition     = aws_lambda_function.this.handler == "dev.weir.lambda.EventHandler::handleRequest" && aws_lambda_function.this.runtime == "java21" && aws_lambda_function.this.architectures == tolist(["arm64"]) && aws_lambda_function.this.publish
    error_message = "The function is Weir's handler on java21 and arm64, published as a version."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.this.metrics_config[0].metrics == toset(["EventCount"])
    error_message = "The alarm on batches that were given up needs the mapping's metrics."
  }
  assert {
    condition     = aws_kinesis_stream.this.stream_mode_details[0].stream_mode == "ON_DEMAND" && aws_kinesis_stream.this.shard_count == null
    error_message = "The stream scales by itself."
  }
  assert {
    condition     = aws_elasticache_replication_group.claims[0].engine == "valkey" && aws_elasticache_replication_group.claims[0].multi_az_enabled && aws_elasticache_replication_group.claims[0].parameter_group_name == aws_elasticache_parameter_group.claims[0].name
    error_message = "The claims are in Valkey, in two zones, with the parameters of this module."
  }
  assert {
    condition     = local.claims_access == "on ~weir:weir:* -@all +ping +info +time +cluster|slots +cluster|shards +cluster|nodes +asking +get +set +exists +expire +ttl +evalsha +script|load +hget +hgetall +hset +hsetnx +hdel +hlen +hrandfield"
    error_message = "The user may call what claims need, on their keys."
  }
  assert {
    condition     = !strcontains(nonsensitive(aws_cloudformation_stack.user.template_body), "NoPassword") && jsondecode(aws_cloudformation_stack.user.template_body).Resources.User.Properties.AuthenticationMode.Passwords == [{ "Fn::Sub" = "{{resolve:secretsmanager:$${Password1}:SecretString}}" }]
    error_message = "The password goes from Secrets Manager to ElastiCache within AWS."
  }
  assert {
    condition     = startswith(jsondecode(aws_cloudformation_stack.user.template_body).Resources.DefaultUser.Properties.AccessString, "off ")
    error_message = "The user who may do everything is switched off."
  }
  assert {
    condition     = aws_s3_bucket_versioning.lake.versioning_configuration[0].status == "Enabled" && length([for rule in aws_s3_bucket_lifecycle_configuration.lake.rule : rule if length(rule.abort_incomplete_multipart_upload) > 0 || length(rule.noncurrent_version_expiration) > 0]) == 2
    error_message = "What was deleted can be brought back for a while, and uploads that were not completed go."
  }
  assert {
    condition     = length(aws_subnet.private) == 2 && !anytrue([for subnet in aws_subnet.private : coalesce(subnet.map_public_ip_on_launch, false)])
    error_message = "The subnets are private."
  }
  assert {
    condition     = aws_vpc_endpoint.s3[0].vpc_endpoint_type == "Gateway" && aws_vpc_endpoint.secrets[0].private_dns_enabled
    error_message = "The function reaches S3 and Secrets Manager without the internet."
  }
  assert {
    condition     = length(aws_vpc_security_group_egress_rule.function_to_https) == 0 && aws_vpc_security_group_ingress_rule.claims_from_function.referenced_security_group_id == aws_security_group.function.id
    error_message = "The function reaches nothing else, and nobody but the function reaches the claims."
  }
  assert {
    condition = alltrue([for policy in ["s3_endpoint", "secrets_endpoint"] : alltrue([
      for statement in jsondecode(output.review.policies[policy]).Statement : try(statement.Condition.ArnEquals["aws:PrincipalArn"], "") == aws_iam_role.function.arn
    ])])
    error_message = "The endpoints let the function through and nobody else."
  }
  assert {
    condition     = aws_cloudwatch_log_group.function.retention_in_days == 30 && aws_lambda_function.this.logging_config[0].log_group == "/aws/lambda/weir"
    error_message = "The log is kept for a month."
  }
  assert {
    condition     = length(setsubtract(["iterator-age", "errors", "redelivered", "throttles", "dead-letters", "failures-kept", "failures-lost", "stream-full", "claims-memory-weir-claims-001", "claims-memory-weir-claims-002"], keys(aws_cloudwatch_metric_alarm.this))) == 0
    error_message = "There is an alarm for each thing that a person has to mend."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["dead-letters"].namespace == "Weir" && aws_cloudwatch_metric_alarm.this["dead-letters"].dimensions == tomap({ function = "weir" })
    error_message = "The alarm on dead letters looks at what the function publishes."
  }
  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets) == 8
    error_message = "The dashboard shows events, lateness, lag, files, invocations, duration, stream and claims."
  }
  assert {
    condition     = [for column in aws_glue_catalog_table.files["events_by_date"].storage_descriptor[0].columns : column.name] == ["event_uuid", "event_name", "event_subtype", "created_at", "created_datetime", "payload", "extra"]
    error_message = "The table has the columns of docs/reference/lake.md."
  }
  assert {
    condition     = [for key in aws_glue_catalog_table.files["events_by_type"].partition_keys : "${key.name} ${key.type}"] == ["date date", "event_type string"] && aws_glue_catalog_table.files["events_by_type"].parameters["projection.event_type.type"] == "injected"
    error_message = "The partitions are date and event_type."
  }
  assert {
    condition     = aws_glue_catalog_table.files["events_by_date"].parameters["storage.location.template"] == "s3://weir-lake-111122223333-eu-west-1/lake/events/date=$${date}/" && aws_glue_catalog_table.files["dead_letters"].parameters["storage.location.template"] == "s3://weir-lake-111122223333-eu-west-1/lake/dead_letters/date=$${date}/"
    error_message = "Athena finds the folders of a day by itself."
  }
  assert {
    condition     = [for column in jsondecode(base64decode(split(" ", aws_glue_catalog_table.events.view_original_text)[3])).columns : "${column.name} ${column.type}"] == ["event_uuid varchar", "event_name varchar", "event_subtype varchar", "created_at double", "created_datetime timestamp(3)", "payload varchar", "extra varchar", "date date", "event_type varchar"]
    error_message = "The view has the same columns, with the id as text, and the partitions."
  }
}

run "serverless_on_given_subnets_and_a_warning" {
  command = apply

  variables {
    claims_mode            = "serverless"
    password_version       = 2
    stream_retention_hours = 168 # longer than claims remember
    settings               = { WEIR_FIELDS_PRESET = "segment" }
    sql_layer_file         = "README.md"
    start_archive          = true
    partition_by_type      = false
    event_columns          = [{ name = "repository", type = "string" }]
    alarms                 = { dead_letters = 0 }
    network = {
      vpc_id           = "vpc-00000001"
      subnet_ids       = ["subnet-00000001", "subnet-00000002"]
      create_endpoints = false
    }
  }

  expect_failures = [check.claims_outlast_the_stream]

  assert {
    condition     = length(aws_vpc.this) + length(aws_subnet.private) + length(aws_vpc_endpoint.s3) + length(aws_vpc_endpoint.secrets) + length(aws_elasticache_replication_group.claims) == 0
    error_message = "What is there already is not made."
  }
  assert {
    condition     = length(aws_elasticache_serverless_cache.claims[0].cache_usage_limits) == 0
    error_message = "A serverless cache has no limit at which it would evict."
  }
  assert {
    condition     = aws_lambda_function.this.environment[0].variables["AWS_LAMBDA_EXEC_WRAPPER"] == "/var/task/weir-start"
    error_message = "The function starts with its archive."
  }
  assert {
    condition     = output.redis_endpoint == "rediss://weir-claims.serverless.euw1.cache.amazonaws.com:6379"
    error_message = "The function connects by TLS."
  }
  assert {
    condition     = contains(keys(jsondecode(aws_cloudformation_stack.user.template_body).Resources), "Password2")
    error_message = "A new version has a new password."
  }
  assert {
    condition     = [for column in slice(aws_glue_catalog_table.events.storage_descriptor[0].columns, 7, 11) : column.name] == ["event_id", "repository", "event_type", "date"] && !contains(keys(aws_glue_catalog_table.files), "events_by_type")
    error_message = "The tables follow the settings and the SQL."
  }
  assert {
    condition     = !contains(keys(aws_cloudwatch_metric_alarm.this), "dead-letters") && contains(keys(aws_cloudwatch_metric_alarm.this), "claims-evicted")
    error_message = "Alarms can be left out, and a serverless cache has one of its own."
  }
}

run "refuses_what_cannot_work" {
  command = plan

  variables {
    name                          = "Weir--"
    kms_key_arn                   = "alias/mine"
    shard_count                   = 2
    stream_retention_hours        = 12
    architecture                  = "sparc"
    runtime                       = "java11"
    memory_mb                     = 128
    timeout_seconds               = 901
    snap_start                    = true
    ephemeral_storage_mb          = 1024
    reserved_concurrency          = 0
    batch_size                    = 10001
    parallelization_factor        = 11
    maximum_retry_attempts        = -2
    maximum_record_age_in_seconds = 59
    settings                      = { WEIR_REDIS_PASSWORD = "x", WEIR_LAKE_PATH = "x", AWS_REGION = "x" }
    sql_file                      = "../x"
    claims_shards                 = 0
    lake_prefix                   = "/lake"
    first_date                    = "2026-13-01"
    network                       = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"] }
  }

  expect_failures = [
    var.name, var.kms_key_arn, var.shard_count, var.stream_retention_hours, var.architecture, var.runtime,
    var.memory_mb, var.timeout_seconds, var.ephemeral_storage_mb, var.reserved_concurrency, var.batch_size,
    var.parallelization_factor, var.maximum_retry_attempts,
    var.maximum_record_age_in_seconds, var.settings, var.sql_file, var.claims_shards, var.lake_prefix,
    var.first_date, var.network,
  ]
}
