locals {
  function_dimensions = { FunctionName = aws_lambda_function.this.function_name }
  mapping_dimensions  = { EventSourceMappingUUID = aws_lambda_event_source_mapping.this.uuid }
  weir_dimensions     = { function = aws_lambda_function.this.function_name }

  # ElastiCache names its nodes after the group. Metrics are per node.
  claims_nodes = local.serverless ? [] : var.claims_shards > 1 ? [
    for pair in setproduct(range(1, var.claims_shards + 1), range(1, var.claims_replicas + 2)) :
    format("%s-%04d-%03d", local.claims_id, pair[0], pair[1])
    ] : [
    for node in range(1, var.claims_replicas + 2) : format("%s-%03d", local.claims_id, node)
  ]

  alarms = { for key, alarm in merge(
    {
      iterator-age = {
        description = "The function is behind the stream. Look at its errors, throttles and duration; then raise memory_mb, shards or parallelization_factor."
        namespace   = "AWS/Lambda", metric = "IteratorAge", statistic = "Maximum", dimensions = local.function_dimensions
        period      = 60, periods = 5
        threshold   = var.alarms.iterator_age_seconds * 1000
      }
      errors = {
        description = "Invocations fail. Nothing is lost: their records come again. The log says why."
        namespace   = "AWS/Lambda", metric = "Errors", statistic = "Sum", dimensions = local.function_dimensions
        period      = 300, periods = 1, threshold = var.alarms.errors
      }
      redelivered = {
        description = "Batches come again and again, and no invocation fails: Redis or S3 is away, full, or refuses the function. The log says which."
        namespace   = "Weir", metric = "RedeliveredRecords", statistic = "Sum", dimensions = local.weir_dimensions
        period      = 300, periods = 3, threshold = var.alarms.redelivered
      }
      throttles = {
        description = "Invocations wait for concurrency. Raise reserved_concurrency or the account's limit."
        namespace   = "AWS/Lambda", metric = "Throttles", statistic = "Sum", dimensions = local.function_dimensions
        period      = 300, periods = 1, threshold = var.alarms.throttles
      }
      dead-letters = {
        description = "Records could not become events: SELECT reason, detail, from_utf8(raw) FROM dead_letters WHERE date = current_date"
        namespace   = "Weir", metric = "DeadLetters", statistic = "Sum", dimensions = local.weir_dimensions
        period      = 300, periods = 1, threshold = var.alarms.dead_letters
      }
      failures-kept = {
        description = "Batches were given up and are in ${local.failures_bucket}. Their records are not in the lake: put them into the stream again."
        namespace   = "AWS/Lambda", metric = "OnFailureDestinationDeliveredEventCount", statistic = "Sum", dimensions = local.mapping_dimensions
        period      = 300, periods = 1, threshold = 1
      }
      failures-lost = {
        description = "Batches were given up and could not be kept in ${local.failures_bucket} either. Read them from the stream while it has them."
        namespace   = "AWS/Lambda", metric = "DestinationDeliveryFailures", statistic = "Sum", dimensions = local.function_dimensions
        period      = 300, periods = 1, threshold = 1
      }
      stream-full = {
        description = "The stream refuses records of its producers, who have to send them again. Add shards."
        namespace   = "AWS/Kinesis", metric = "WriteProvisionedThroughputExceeded", statistic = "Sum", dimensions = { StreamName = aws_kinesis_stream.this.name }
        period      = 300, periods = 1, threshold = 1
      }
    },
    local.serverless ? {
      claims-evicted = {
        description = "The claims were evicted in part: events may land twice. Find out which limit the cache has met."
        namespace   = "AWS/ElastiCache", metric = "Evictions", statistic = "Sum", dimensions = { clusterId = aws_elasticache_serverless_cache.claims[0].name }
        period      = 300, periods = 1, threshold = 1
      }
    } : {},
    { for node in local.claims_nodes : "claims-memory-${node}" => {
      description = "The claims fill their memory; when it is full, Weir waits and the stream backs up. Take a larger claims_node_type."
      namespace   = "AWS/ElastiCache", metric = "DatabaseMemoryUsagePercentage", statistic = "Maximum", dimensions = { CacheClusterId = node }
      period      = 300, periods = 1, threshold = var.alarms.claims_memory_percent
    } },
  ) : key => alarm if alarm.threshold > 0 }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = each.value.period
  evaluation_periods  = each.value.periods
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching" # no events, no metrics
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = local.tags
}
