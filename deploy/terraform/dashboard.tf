locals {
  # Each is half the width of the dashboard: a title, the statistic, and namespace, metric, dimension
  # and its value for each line.
  charts = [
    {
      title = "Records and events", stat = "Sum"
      lines = [for metric in ["ReceivedRecords", "LandedEvents", "DuplicateEvents", "DeadLetters", "FilteredEvents", "RedeliveredRecords"] : ["Weir", metric, "function", var.name]]
    },
    {
      title = "How late events land, seconds", stat = "p95"
      lines = [for metric in ["FreshnessSeconds", "ArrivalLagSeconds"] : ["Weir", metric, "function", var.name]]
    },
    {
      title = "Behind the stream, milliseconds", stat = "Maximum"
      lines = [["AWS/Lambda", "IteratorAge", "FunctionName", var.name]]
    },
    {
      title = "Files", stat = "Sum"
      lines = [["Weir", "Files", "function", var.name], ["Weir", "BytesOut", "function", var.name, { yAxis = "right" }]]
    },
    {
      title = "Invocations", stat = "Sum"
      lines = [for metric in ["Invocations", "Errors", "Throttles"] : ["AWS/Lambda", metric, "FunctionName", var.name]]
    },
    {
      title = "Duration, milliseconds", stat = "p95"
      lines = [["AWS/Lambda", "Duration", "FunctionName", var.name], ["AWS/Lambda", "Duration", "FunctionName", var.name, { stat = "Maximum" }]]
    },
    {
      title = "The stream", stat = "Sum"
      lines = [for metric in ["IncomingRecords", "IncomingBytes", "WriteProvisionedThroughputExceeded"] : ["AWS/Kinesis", metric, "StreamName", var.name]]
    },
    {
      title = local.serverless ? "Claims, bytes" : "Claims, percent of memory", stat = "Maximum"
      lines = local.serverless ? [["AWS/ElastiCache", "BytesUsedForCache", "clusterId", local.claims_id]] : [for node in local.claims_nodes : ["AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "CacheClusterId", node]]
    },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = [for i, chart in local.charts : {
      type   = "metric"
      x      = i % 2 * 12
      y      = floor(i / 2) * 6
      width  = 12
      height = 6
      properties = {
        title   = chart.title
        stat    = chart.stat
        metrics = chart.lines
        region  = local.region
        period  = 300
        view    = "timeSeries"
      }
    }]
  })
}
