locals {
  # An hour before the stream forgets a record, it is kept with the failures; Lambda allows 7 days.
  record_age = coalesce(
    var.maximum_record_age_in_seconds,
    min(604800, var.stream_retention_hours * 3600 - 3600),
  )

  sql_path = "/opt/${var.sql_file}" # where Lambda unpacks layers

  environment = merge(
    {
      WEIR_LAKE_PATH             = local.lake_uri
      WEIR_S3_REGION             = local.region
      WEIR_CLAIMS_PATH           = "rediss://${local.claims_host}:${local.claims_port}"
      WEIR_CLAIMS_WINDOW         = "${var.claims_window_hours}h"
      WEIR_CLAIMS_LAG_ALLOWANCE  = "${var.claims_lag_allowance_hours}h"
      WEIR_CLAIMS_TAKEOVER_AFTER = "${var.timeout_seconds + 15}s"
      WEIR_REDIS_NAME            = var.claims_name
      WEIR_REDIS_USER            = local.claims_user
      WEIR_REDIS_EXPECTED_CLAIMS = tostring(var.expected_claims)
      WEIR_REDIS_PASSWORD_FROM   = local.password_arn # the ARN; the function reads what it names
    },
    var.sql_layer_file == null ? {} : { WEIR_TRANSFORM_SQL = local.sql_path },
    var.start_archive ? { AWS_LAMBDA_EXEC_WRAPPER = "/var/task/weir-start" } : {},
    var.settings,
  )
}

resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = local.tags
}

resource "aws_lambda_layer_version" "sql" {
  count = var.sql_layer_file == null ? 0 : 1

  layer_name       = "${var.name}-sql"
  description      = "The SQL that ${var.name} runs over each batch"
  filename         = var.sql_layer_file
  source_code_hash = filebase64sha256(var.sql_layer_file)

  # Versions of the function that still use the one before must go on working.
  skip_destroy = true
}

resource "aws_lambda_function" "this" {
  function_name = var.name
  description   = "Weir: from ${var.name} in Kinesis to ${local.lake_uri}, each event once"
  role          = aws_iam_role.function.arn

  filename         = var.package_file
  source_code_hash = filebase64sha256(var.package_file)
  handler          = "dev.weir.lambda.EventHandler::handleRequest"
  runtime          = var.runtime
  architectures    = [var.architecture]
  layers           = aws_lambda_layer_version.sql[*].arn
  publish          = true # SnapStart needs versions, and going back is moving an alias

  memory_size                    = var.memory_mb
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = var.reserved_concurrency

  ephemeral_storage {
    size = var.ephemeral_storage_mb
  }

  dynamic "snap_start" {
    for_each = var.snap_start ? ["PublishedVersions"] : []
    content {
      apply_on = snap_start.value
    }
  }

  vpc_config {
    subnet_ids         = local.subnet_ids
    security_group_ids = [aws_security_group.function.id]
  }

  environment {
    variables = local.environment
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  # The function's lines are JSON already, some of them metrics; Lambda is not to wrap them.
  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.function.name
  }

  tags = local.tags

  lifecycle {
    precondition {
      condition     = length(jsonencode(local.environment)) < 4096
      error_message = "Lambda allows 4 KB for all environment variables together; give fewer settings."
    }
  }

  # With SnapStart the function starts while its version is published, so that all it reaches has to be
  # there before.
  depends_on = [
    aws_iam_role_policy.function,
    aws_iam_role_policy_attachment.function_network,
    aws_iam_role_policy_attachment.function_tracing,
    aws_s3_bucket_policy.lake,
    aws_s3_bucket_server_side_encryption_configuration.lake,
    aws_route_table_association.private,
    aws_vpc_endpoint.s3,
    aws_vpc_endpoint.secrets,
    aws_vpc_security_group_ingress_rule.claims_from_function,
    aws_vpc_security_group_ingress_rule.endpoints_from_function,
    aws_vpc_security_group_egress_rule.function_to_claims,
    aws_vpc_security_group_egress_rule.function_to_endpoints,
    aws_vpc_security_group_egress_rule.function_to_https,
    aws_vpc_security_group_egress_rule.function_to_s3,
  ]
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "The version that reads from the stream"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version
}

resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn  = aws_kinesis_stream.this.arn
  function_name     = aws_lambda_alias.live.arn
  enabled           = var.enabled
  starting_position = var.starting_position

  batch_size                         = var.batch_size
  maximum_batching_window_in_seconds = var.maximum_batching_window_in_seconds
  parallelization_factor             = var.parallelization_factor

  # The function names the first record that has to come again; those before it have landed.
  function_response_types        = ["ReportBatchItemFailures"]
  bisect_batch_on_function_error = var.bisect_batch_on_function_error
  maximum_retry_attempts         = var.maximum_retry_attempts
  maximum_record_age_in_seconds  = local.record_age

  # To S3, because only there the records themselves are kept; queues and topics get positions.
  destination_config {
    on_failure {
      destination_arn = local.failures_bucket_arn
    }
  }

  metrics_config {
    metrics = ["EventCount"]
  }

  tags = local.tags

  depends_on = [aws_iam_role_policy.function, aws_s3_bucket.failures]
}

check "claims_outlast_the_stream" {
  assert {
    condition     = var.claims_lag_allowance_hours >= min(var.stream_retention_hours, 720)
    error_message = "The stream keeps records for ${var.stream_retention_hours} hours, and claims_lag_allowance_hours is ${var.claims_lag_allowance_hours}: a function that is further behind than that may land an event twice. Give the new deployment an allowance of at least the retention."
  }
}
