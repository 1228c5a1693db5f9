# ---- Everything

variable "name" {
  description = "Name of this deployment; it begins the name of everything that is made."
  type        = string
  default     = "weir"

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){1,19}$", var.name)) && length(var.name) <= 20
    error_message = "name is 2 to 20 of a-z, 0-9 and single hyphens between them, and begins with a letter."
  }
}

variable "tags" {
  description = "Tags for everything that can have them."
  type        = map(string)
  default     = {}
}

variable "kms_key_arn" {
  description = <<-EOT
    ARN of a symmetric KMS key of yours for the stream, the buckets, the claims, the password and the
    log group; its policy has to let logs.<region>.amazonaws.com use it. Null: keys that AWS owns or
    manages, which cost nothing.
  EOT
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key (arn:aws:kms:<region>:<account>:key/<id>), not of an alias."
  }
}

# ---- The stream

variable "stream_mode" {
  description = "ON_DEMAND scales by itself; PROVISIONED has shard_count shards and is cheaper at a steady rate."
  type        = string
  default     = "ON_DEMAND"

  validation {
    condition     = contains(["ON_DEMAND", "PROVISIONED"], var.stream_mode)
    error_message = "stream_mode is ON_DEMAND or PROVISIONED."
  }
}

variable "shard_count" {
  description = "Shards of a PROVISIONED stream; each takes 1 MB or 1,000 records a second."
  type        = number
  default     = null

  validation {
    condition     = (var.shard_count != null) == (var.stream_mode == "PROVISIONED")
    error_message = "shard_count is set for a PROVISIONED stream, and for no other."
  }
  validation {
    condition     = var.shard_count == null ? true : var.shard_count >= 1 && var.shard_count <= 10000
    error_message = "shard_count is 1 to 10000."
  }
}

variable "stream_retention_hours" {
  description = "How long the stream keeps a record: the time there is to mend what stops the function."
  type        = number
  default     = 24

  validation {
    condition     = var.stream_retention_hours >= 24 && var.stream_retention_hours <= 8760
    error_message = "stream_retention_hours is 24 to 8760."
  }
}

# ---- The function

variable "package_file" {
  description = "The function's deployment zip on this machine, built for the architecture chosen below."
  type        = string
}

variable "architecture" {
  description = "arm64 or x86_64; the zip has to be the one for it."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture is arm64 or x86_64."
  }
}

variable "runtime" {
  description = "Lambda's Java runtime."
  type        = string
  default     = "java21"

  validation {
    condition     = contains(["java17", "java21", "java25"], var.runtime)
    error_message = "runtime is java17, java21 or java25."
  }
}

variable "start_archive" {
  description = "Whether the function starts with the archive of classes in its zip, which lambda/archive puts there for one runtime. Without one in the zip, or with one that does not fit, it starts as ever."
  type        = bool
  default     = false
}

variable "memory_mb" {
  description = "Memory of the function in MB. Lambda gives CPU in proportion: 1,769 MB is one virtual CPU."
  type        = number
  default     = 1769

  validation {
    condition     = var.memory_mb >= 512 && var.memory_mb <= 10240
    error_message = "memory_mb is 512 to 10240."
  }
}

variable "timeout_seconds" {
  description = "How long one invocation may take. Another one takes an attempt for dead 15 s after this."
  type        = number
  default     = 120

  validation {
    condition     = var.timeout_seconds >= 30 && var.timeout_seconds <= 900
    error_message = "timeout_seconds is 30 to 900."
  }
}

variable "ephemeral_storage_mb" {
  description = "Size of /tmp, where files wait before they are put into the lake."
  type        = number
  default     = 512

  validation {
    condition     = var.ephemeral_storage_mb >= 512 && var.ephemeral_storage_mb <= 10240
    error_message = "ephemeral_storage_mb is 512 to 10240."
  }
  validation {
    condition     = !var.snap_start || var.ephemeral_storage_mb == 512
    error_message = "With SnapStart, Lambda allows no ephemeral_storage_mb but 512."
  }
}

variable "snap_start" {
  description = "Start new sandboxes from a snapshot that was taken after the function's start."
  type        = bool
  default     = false
}

variable "reserved_concurrency" {
  description = <<-EOT
    Invocations at once, at most, taken from the account's limit; -1 for no reservation. There are up
    to shards x parallelization_factor, so fewer than that delay events.
  EOT
  type        = number
  default     = -1

  validation {
    condition     = var.reserved_concurrency == -1 || var.reserved_concurrency >= 1
    error_message = "reserved_concurrency is -1 or at least 1; 0 would stop the function."
  }
}

variable "tracing" {
  description = "Send traces to X-Ray."
  type        = bool
  default     = false
}

variable "log_retention_days" {
  description = "How long CloudWatch keeps the function's log."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is one of the periods that CloudWatch knows, such as 7, 14, 30, 90 or 365."
  }
}

variable "sql_layer_file" {
  description = <<-EOT
    A zip on this machine with the SQL file of your own transform, which becomes a layer of the
    function: `zip sql.zip transform.sql`. A new zip is deployed with a new version of the function,
    all at once. Null: Weir's own events.sql.
  EOT
  type        = string
  default     = null
}

variable "sql_file" {
  description = "Path of the SQL file inside sql_layer_file."
  type        = string
  default     = "transform.sql"

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._/-]*$", var.sql_file)) && !strcontains(var.sql_file, "..")
    error_message = "sql_file is a relative path inside the zip."
  }
}

variable "settings" {
  description = <<-EOT
    More settings for the function, as the environment variables of docs/reference/settings.md, such as
    { WEIR_FIELDS_PRESET = "segment" }. Those that this module sets itself, and secrets, are refused.
  EOT
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.settings) : startswith(key, "WEIR_") || key == "JAVA_TOOL_OPTIONS"])
    error_message = "The keys of settings begin with WEIR_, or are JAVA_TOOL_OPTIONS."
  }
  validation {
    condition = length(setintersection(keys(var.settings), [
      "WEIR_LAKE_PATH", "WEIR_CLAIMS_PATH", "WEIR_CLAIMS_WINDOW", "WEIR_CLAIMS_LAG_ALLOWANCE", "WEIR_CLAIMS_TAKEOVER_AFTER",
      "WEIR_REDIS_USER", "WEIR_REDIS_NAME", "WEIR_REDIS_EXPECTED_CLAIMS", "WEIR_REDIS_PASSWORD_FROM", "WEIR_TRANSFORM_SQL",
    ])) == 0
    error_message = "settings names one that follows from another variable of this module; set that variable."
  }
  validation {
    condition     = !contains(keys(var.settings), "WEIR_REDIS_PASSWORD")
    error_message = "A password does not belong in settings: the function reads it from Secrets Manager by itself."
  }
}

# ---- From the stream to the function

variable "batch_size" {
  description = "Records in one invocation, at most; it is also cut at 6 MB."
  type        = number
  default     = 10000

  validation {
    condition     = var.batch_size >= 1 && var.batch_size <= 10000
    error_message = "batch_size is 1 to 10000."
  }
  validation {
    condition     = var.batch_size <= 10 || var.maximum_batching_window_in_seconds >= 1
    error_message = "With a batch_size beyond 10, maximum_batching_window_in_seconds has to be at least 1."
  }
}

variable "maximum_batching_window_in_seconds" {
  description = "How long records are gathered before an invocation with fewer than batch_size of them."
  type        = number
  default     = 60

  validation {
    condition     = var.maximum_batching_window_in_seconds >= 0 && var.maximum_batching_window_in_seconds <= 300
    error_message = "maximum_batching_window_in_seconds is 0 to 300."
  }
}

variable "parallelization_factor" {
  description = "Batches of one shard at once. More of them are smaller, and make smaller files."
  type        = number
  default     = 1

  validation {
    condition     = var.parallelization_factor >= 1 && var.parallelization_factor <= 10
    error_message = "parallelization_factor is 1 to 10."
  }
}

variable "starting_position" {
  description = "Where in the stream the function begins when it is made: TRIM_HORIZON or LATEST."
  type        = string
  default     = "TRIM_HORIZON"

  validation {
    condition     = contains(["TRIM_HORIZON", "LATEST"], var.starting_position)
    error_message = "starting_position is TRIM_HORIZON or LATEST."
  }
}

variable "bisect_batch_on_function_error" {
  description = "Whether a batch is halved when the whole invocation fails."
  type        = bool
  default     = true
}

variable "maximum_retry_attempts" {
  description = <<-EOT
    How often a batch is tried again; -1 for as long as its records are young enough. A record that can
    never be an event is a dead letter and needs no retry. While Redis or S3 is away, the function answers
    that the batch has to come again; it fails where no retry helps, such as at SQL that an event breaks.
  EOT
  type        = number
  default     = -1

  validation {
    condition     = var.maximum_retry_attempts >= -1 && var.maximum_retry_attempts <= 10000
    error_message = "maximum_retry_attempts is -1 to 10000."
  }
}

variable "maximum_record_age_in_seconds" {
  description = <<-EOT
    Records older than this go to the bucket of failures, whole, instead of to the function. Null: an
    hour before the stream forgets them, 7 days at most. -1 lets the stream drop them.
  EOT
  type        = number
  default     = null

  validation {
    condition     = var.maximum_record_age_in_seconds == null ? true : var.maximum_record_age_in_seconds == -1 || (var.maximum_record_age_in_seconds >= 60 && var.maximum_record_age_in_seconds <= 604800)
    error_message = "maximum_record_age_in_seconds is 60 to 604800, -1, or null."
  }
}

variable "enabled" {
  description = "Whether the function reads from the stream now."
  type        = bool
  default     = true
}

# ---- The claims

variable "claims_mode" {
  description = <<-EOT
    nodes: an ElastiCache replication group with maxmemory-policy noeviction. serverless: ElastiCache
    Serverless without a storage limit; its policy cannot be set, and it evicts at a limit only. Changing
    it makes new claims without anything in them, with which Weir does not touch the lake.
  EOT
  type        = string
  default     = "nodes"

  validation {
    condition     = contains(["nodes", "serverless"], var.claims_mode)
    error_message = "claims_mode is nodes or serverless."
  }
}

variable "claims_engine" {
  description = "valkey (8) or redis (7)."
  type        = string
  default     = "valkey"

  validation {
    condition     = contains(["valkey", "redis"], var.claims_engine)
    error_message = "claims_engine is valkey or redis."
  }
}

variable "claims_node_type" {
  description = "Node type for claims_mode nodes; the guide has a table of memory per rate."
  type        = string
  default     = "cache.t4g.micro"

  validation {
    condition     = can(regex("^cache\\.[a-z0-9]+\\.[a-z0-9]+$", var.claims_node_type))
    error_message = "claims_node_type is a name such as cache.r7g.large."
  }
}

variable "claims_shards" {
  description = "Shards of the claims for claims_mode nodes. Whether it is more than 1 is fixed at the start."
  type        = number
  default     = 1

  validation {
    condition     = var.claims_shards >= 1 && var.claims_shards <= 64
    error_message = "claims_shards is 1 to 64: claims are kept in 64 slots."
  }
}

variable "claims_replicas" {
  description = "Replicas of each shard for claims_mode nodes. Without one, a node that fails takes the claims with it, and Weir stops."
  type        = number
  default     = 1

  validation {
    condition     = var.claims_replicas >= 0 && var.claims_replicas <= 5
    error_message = "claims_replicas is 0 to 5."
  }
}

variable "claims_snapshot_days" {
  description = "For how many days a daily snapshot of the claims is kept; 0 for none."
  type        = number
  default     = 1

  validation {
    condition     = var.claims_snapshot_days >= 0 && var.claims_snapshot_days <= 35
    error_message = "claims_snapshot_days is 0 to 35."
  }
}

variable "claims_maintenance_window" {
  description = "When AWS may replace nodes, in UTC, such as sun:03:00-sun:04:00. Null: AWS chooses."
  type        = string
  default     = null
}

variable "claims_name" {
  description = "Keeps the claims of several lakes apart (redis.name)."
  type        = string
  default     = "weir"

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]{1,64}$", var.claims_name))
    error_message = "claims_name is 1 to 64 of A-Z a-z 0-9 . _ -"
  }
}

variable "claims_window_hours" {
  description = "How long an event's id is remembered. Fixed when the claims are created, by the first invocation."
  type        = number
  default     = 168

  validation {
    condition     = var.claims_window_hours >= 1 && var.claims_window_hours <= 9600
    error_message = "claims_window_hours is 1 to 9600 (400 days)."
  }
}

variable "claims_lag_allowance_hours" {
  description = "Kept on top of the window for a function that is behind; at least the stream's retention. Fixed with the window."
  type        = number
  default     = 24

  validation {
    condition     = var.claims_lag_allowance_hours >= 0 && var.claims_lag_allowance_hours <= 720
    error_message = "claims_lag_allowance_hours is 0 to 720 (30 days)."
  }
}

variable "expected_claims" {
  description = "Events within window and allowance together. Fixed with the window; more than twice as many cost more memory each."
  type        = number
  default     = 200000000

  validation {
    condition     = var.expected_claims >= 1 && var.expected_claims <= 10000000000
    error_message = "expected_claims is 1 to 10000000000."
  }
}

variable "password_version" {
  description = "Raise it to have the claims' password made anew."
  type        = number
  default     = 1

  validation {
    condition     = var.password_version >= 1 && floor(var.password_version) == var.password_version
    error_message = "password_version is a whole number from 1."
  }
}

# ---- The lake

variable "bucket_name" {
  description = "Name of the lake's bucket. Null: <name>-lake-<account>-<region>."
  type        = string
  default     = null

  validation {
    condition     = var.bucket_name == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name is 3 to 63 of a-z, 0-9 and hyphens."
  }
}

variable "lake_prefix" {
  description = "Folder of the lake in its bucket. Below it, S3 refuses every write that could replace an object."
  type        = string
  default     = "lake"

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$", var.lake_prefix)) && !startswith(var.lake_prefix, "athena-results")
    error_message = "lake_prefix is one or more names with / between them, without one at the ends, and not athena-results."
  }
}

variable "force_destroy" {
  description = "Whether destroying the deployment deletes the lake with everything in it. For trials only."
  type        = bool
  default     = false
}

variable "noncurrent_days" {
  description = "After how many days S3 forgets an object that was deleted."
  type        = number
  default     = 30

  validation {
    condition     = var.noncurrent_days >= 1
    error_message = "noncurrent_days is at least 1."
  }
}

variable "failures_days" {
  description = "For how many days batches that were given up are kept."
  type        = number
  default     = 90

  validation {
    condition     = var.failures_days >= 1
    error_message = "failures_days is at least 1."
  }
}

# ---- Athena

variable "first_date" {
  description = <<-EOT
    The earliest date that Athena looks at. Events before it are in the lake all the same. Athena asks
    S3 for each day from here to tomorrow, so an early one makes queries without a date slower.
  EOT
  type        = string
  default     = "2025-01-01"

  validation {
    condition     = can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", var.first_date)) && can(timeadd("${var.first_date}T00:00:00Z", "0s"))
    error_message = "first_date is a date such as 2025-01-01."
  }
}

variable "partition_by_type" {
  description = <<-EOT
    Whether the lake has a folder for each event type of a day, as it has without SQL of your own. False
    where that says `-- partition_by: date` and returns event_type as a column: fewer and larger files.
  EOT
  type        = bool
  default     = true

  validation {
    condition     = var.partition_by_type || var.sql_layer_file != null
    error_message = "partition_by_type is false only with SQL of your own: set sql_layer_file."
  }
}

variable "event_columns" {
  description = <<-EOT
    Columns that your SQL adds to the table of events, with Athena's names of types. Only for SQL that
    keeps Weir's own columns; other tables are yours to define.
  EOT
  type        = list(object({ name = string, type = string }))
  default     = []

  validation {
    condition     = alltrue([for column in var.event_columns : can(regex("^[a-z_][a-z0-9_]*$", column.name))])
    error_message = "Column names are lower case: a-z, 0-9 and _."
  }
  validation {
    condition     = alltrue([for column in var.event_columns : contains(["string", "double", "float", "bigint", "int", "smallint", "tinyint", "boolean", "date", "timestamp", "binary"], column.type)])
    error_message = "Types are string, double, float, bigint, int, smallint, tinyint, boolean, date, timestamp or binary."
  }
}

# ---- The network

variable "network" {
  description = <<-EOT
    A VPC of yours for the function and the claims. Null: a VPC without a way to the internet is made.
      vpc_id            the VPC
      subnet_ids        private subnets, in two zones or more
      create_endpoints  make the endpoints for S3 and Secrets Manager there. Their policies let this
                        function through and nothing else, so only in a VPC without other workloads.
                        False: the subnets reach both already, by endpoints of yours or a NAT gateway
      route_table_ids   the subnets' route tables, for the endpoint of S3
  EOT
  type = object({
    vpc_id           = string
    subnet_ids       = list(string)
    create_endpoints = optional(bool, true)
    route_table_ids  = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.network == null ? true : length(var.network.subnet_ids) >= 2
    error_message = "network.subnet_ids has two subnets or more, in different zones."
  }
  validation {
    condition     = var.network == null ? true : !var.network.create_endpoints || length(var.network.route_table_ids) >= 1
    error_message = "network.route_table_ids is needed where network.create_endpoints is true."
  }
}

variable "vpc_cidr" {
  description = "Addresses of the VPC that is made, a /16 to /24."
  type        = string
  default     = "10.77.0.0/24"

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr)) && try(tonumber(split("/", var.vpc_cidr)[1]) >= 16 && tonumber(split("/", var.vpc_cidr)[1]) <= 24, false)
    error_message = "vpc_cidr is an IPv4 range with a prefix of 16 to 24 bits, such as 10.77.0.0/24."
  }
}

variable "availability_zones" {
  description = "Zones of the VPC that is made. The endpoint of Secrets Manager costs by the zone."
  type        = number
  default     = 2

  validation {
    condition     = var.availability_zones >= 2 && var.availability_zones <= 4
    error_message = "availability_zones is 2 to 4."
  }
}

# ---- Alarms

variable "alarm_actions" {
  description = "ARNs, such as of SNS topics, that are told when an alarm starts and ends."
  type        = list(string)
  default     = []
}

variable "alarms" {
  description = <<-EOT
    When alarms start. 0 leaves an alarm out.
      iterator_age_seconds   the function is this far behind the stream
      errors                 failed invocations in 5 minutes
      redelivered            records that have to come again, in each of three times 5 minutes
      throttles              throttled invocations in 5 minutes
      dead_letters           dead letters in 5 minutes
      claims_memory_percent  memory of a node that is in use; when it is full, Weir stops
  EOT
  type = object({
    iterator_age_seconds  = optional(number, 900)
    errors                = optional(number, 1)
    redelivered           = optional(number, 1)
    throttles             = optional(number, 1)
    dead_letters          = optional(number, 1)
    claims_memory_percent = optional(number, 75)
  })
  default = {}

  validation {
    condition     = alltrue([for threshold in values(var.alarms) : threshold >= 0])
    error_message = "Thresholds are numbers from 0, and 0 is for no alarm."
  }
}
