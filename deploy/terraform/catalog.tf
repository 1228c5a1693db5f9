# Three tables over the same files, so that each question has one that answers it:
#
#   events          a view for people: all events, the id as text, and the column event_type. Any query
#                   is right, also one without a WHERE, and with types that nobody has listed.
#   events_by_date  the same without event_type, as other engines than Athena can read it.
#   events_by_type  partitioned by date and event_type. Reads one type's files only, and asks for
#                   WHERE event_type = '…' in every query.
#
# Athena cannot find out which event types there are. A list of them (a projection of type enum) would
# make count(*) leave out the types it lacks without a word, and asking for one in every query (type
# injected) would make the first query of every newcomer an error. So the table that people see has the
# date as its only partition, below which Athena reads whatever folders there are, and takes the type
# from the file's path.

locals {
  database    = replace(var.name, "-", "_")
  glue_arn    = "arn:${local.partition}:glue:${local.region}:${local.account}"
  table_names = concat(["events", "dead_letters"], [for name in keys(local.tables) : name if startswith(name, "events_")])

  # docs/reference/lake.md, "events". Athena has neither Parquet's UUID nor its JSON.
  event_columns = concat(
    [
      { name = "event_uuid", type = "binary", comment = "16 bytes; never NULL, and in the table once" },
      { name = "event_name", type = "string", comment = "the whole name" },
      { name = "event_subtype", type = "string", comment = "the second segment of the name" },
      { name = "created_at", type = "double", comment = "the time in seconds since the epoch" },
      { name = "created_datetime", type = "timestamp", comment = "the time in UTC; Athena shows milliseconds" },
      { name = "payload", type = "string", comment = "the payload as sent, JSON" },
      { name = "extra", type = "string", comment = "all members that are not mapped, as sent, JSON" },
    ],
    contains(["cloudevents", "segment", "github"], lookup(var.settings, "WEIR_FIELDS_PRESET", "default")) || lookup(var.settings, "WEIR_FIELDS_ID_FORMAT", "") == "any" ? [
      { name = "event_id", type = "string", comment = "the id as sent where it is no UUID" },
    ] : [],
    [for column in var.event_columns : merge(column, { comment = "from your SQL" })],
    var.partition_by_type ? [] : local.type_column,
  )

  # docs/reference/lake.md, "dead_letters".
  dead_letter_columns = [
    { name = "dead_letter_uuid", type = "binary", comment = "a hash of position and bytes, 16 bytes" },
    { name = "reason", type = "string", comment = "one of the reason codes" },
    { name = "detail", type = "string", comment = "where and what, for people" },
    { name = "raw", type = "binary", comment = "the bytes as received" },
    { name = "raw_bytes", type = "bigint", comment = "the number of bytes in raw" },
    { name = "event_uuid", type = "binary", comment = "the uuid in dispute, for conflicting_duplicate" },
    { name = "stream", type = "string", comment = "the stream" },
    { name = "shard_id", type = "string", comment = "the shard" },
    { name = "sequence_number", type = "string", comment = "digits, to be compared as a number" },
    { name = "sub_index", type = "int", comment = "which part of an aggregated record" },
    { name = "arrival_time", type = "timestamp", comment = "when the record arrived, UTC" },
    { name = "attempt", type = "string", comment = "the attempt that landed it" },
  ]

  date_projection = {
    "projection.enabled"            = "true"
    "projection.date.type"          = "date"
    "projection.date.format"        = "yyyy-MM-dd"
    "projection.date.range"         = "${var.first_date},NOW+1DAYS"
    "projection.date.interval"      = "1"
    "projection.date.interval.unit" = "DAYS"
  }

  date_partition = [{ name = "date", type = "date", comment = "UTC" }]
  type_column    = [{ name = "event_type", type = "string", comment = "the first segment of the name" }]

  tables = { for name, table in {
    events_by_date = {
      description = "Events, by the day they happened"
      folder      = "events"
      columns     = local.event_columns
      partitions  = local.date_partition
      parameters = merge(local.date_projection, {
        "storage.location.template" = "${local.lake_uri}/events/date=$${date}/"
      })
    }
    events_by_type = {
      description = "Events, by day and type; each query names a type: WHERE event_type = '…'"
      folder      = "events"
      columns     = local.event_columns
      partitions  = concat(local.date_partition, local.type_column)
      parameters = merge(local.date_projection, {
        "projection.event_type.type" = "injected"
        "storage.location.template"  = "${local.lake_uri}/events/date=$${date}/event_type=$${event_type}/"
      })
    }
    dead_letters = {
      description = "Records that could not become events, by the day they arrived"
      folder      = "dead_letters"
      columns     = local.dead_letter_columns
      partitions  = local.date_partition
      parameters = merge(local.date_projection, {
        "storage.location.template" = "${local.lake_uri}/dead_letters/date=$${date}/"
      })
    }
  } : name => table if var.partition_by_type || name != "events_by_type" }

  # The view has the columns of the table, with the id as text, then the partitions.
  view_columns = concat(
    [for column in local.event_columns : column.name == "event_uuid" ? merge(column, { type = "string" }) : column],
    local.date_partition,
    var.partition_by_type ? local.type_column : [],
  )
  view_sql = join(" ", [
    "SELECT",
    "regexp_replace(lower(to_hex(event_uuid)), '^(.{8})(.{4})(.{4})(.{4})(.{12})$', '$1-$2-$3-$4-$5') AS event_uuid,",
    join(", ", [for column in slice(local.event_columns, 1, length(local.event_columns)) : "\"${column.name}\""]),
    ", \"date\"",
    var.partition_by_type ? ", url_decode(regexp_extract(\"$path\", '/event_type=([^/]+)/', 1)) AS event_type" : "",
    "FROM \"${local.database}\".\"events_by_date\"",
  ])
  trino_types = { string = "varchar", binary = "varbinary", timestamp = "timestamp(3)", int = "integer", float = "real" }
}

resource "aws_glue_catalog_database" "this" {
  name        = local.database
  description = "The lake of ${var.name}, ${local.lake_uri}"
  tags        = local.tags
}

resource "aws_glue_catalog_table" "files" {
  for_each = local.tables

  database_name = aws_glue_catalog_database.this.name
  name          = each.key
  description   = each.value.description
  table_type    = "EXTERNAL_TABLE"
  parameters    = merge(each.value.parameters, { EXTERNAL = "TRUE", classification = "parquet" })

  dynamic "partition_keys" {
    for_each = each.value.partitions
    content {
      name    = partition_keys.value.name
      type    = partition_keys.value.type
      comment = partition_keys.value.comment
    }
  }

  storage_descriptor {
    location      = "${local.lake_uri}/${each.value.folder}/"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    }

    dynamic "columns" {
      for_each = each.value.columns
      content {
        name    = columns.value.name
        type    = columns.value.type
        comment = columns.value.comment
      }
    }
  }
}

# A view as Athena itself keeps one in the catalog.
resource "aws_glue_catalog_table" "events" {
  database_name      = aws_glue_catalog_database.this.name
  name               = "events"
  description        = "All events, each once"
  table_type         = "VIRTUAL_VIEW"
  view_expanded_text = "/* Presto View */"
  view_original_text = "/* Presto View: ${base64encode(jsonencode({
    originalSql = local.view_sql
    catalog     = "awsdatacatalog"
    schema      = local.database
    columns     = [for column in local.view_columns : { name = column.name, type = lookup(local.trino_types, column.type, column.type) }]
  }))} */"
  parameters = { presto_view = "true", comment = "Presto View" }

  storage_descriptor {
    dynamic "columns" {
      for_each = local.view_columns
      content {
        name    = columns.value.name
        type    = columns.value.type
        comment = columns.value.comment
      }
    }
  }

  depends_on = [aws_glue_catalog_table.files]
}

resource "aws_athena_workgroup" "this" {
  name          = var.name
  description   = "Queries over the lake of ${var.name}"
  force_destroy = var.force_destroy
  tags          = local.tags

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location = "s3://${local.lake_bucket}/${local.results_prefix}"
      encryption_configuration {
        encryption_option = var.kms_key_arn == null ? "SSE_S3" : "SSE_KMS"
        kms_key_arn       = var.kms_key_arn
      }
    }
  }

  depends_on = [aws_s3_bucket.lake]
}
