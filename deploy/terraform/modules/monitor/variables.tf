variable "name" {
  description = "Name of the deployment whose lake is watched; it begins the name of everything that is made."
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

variable "image" {
  description = "The image of the monitor, from the Dockerfile beside this file, with a tag or digest."
  type        = string

  validation {
    condition     = can(regex("^[^:@ ]+(:[0-9]+/[^:@ ]+)?(:[A-Za-z0-9_][A-Za-z0-9_.-]*|@sha256:[0-9a-f]{64})$", var.image)) && !endswith(var.image, ":latest")
    error_message = "image names a tag other than latest, or a digest, so that two starts run the same."
  }
}

variable "architecture" {
  description = "arm64 or x86_64, as the image was built."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture is arm64 or x86_64."
  }
}

variable "lake_uri" {
  description = "The lake, as the output lake_uri of the module has it: s3://bucket/prefix."
  type        = string

  validation {
    condition     = can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[A-Za-z0-9][A-Za-z0-9._/-]*[A-Za-z0-9._-]$", var.lake_uri))
    error_message = "lake_uri is s3://bucket/prefix, without a / at its end."
  }
}

variable "kms_key_arn" {
  description = "ARN of the key that the lake's bucket is encrypted with; null for keys of AWS."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key (arn:aws:kms:<region>:<account>:key/<id>), not of an alias."
  }
}

variable "vpc_id" {
  description = "VPC of Prometheus, where the monitor runs. From its subnets there has to be a way to S3, ECR and CloudWatch Logs: a NAT gateway, or endpoints."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets for the monitor."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 1
    error_message = "subnet_ids has one subnet or more."
  }
}

variable "client_security_group_ids" {
  description = "Security groups that may connect to the monitor, such as the one of Prometheus. Nobody else can."
  type        = list(string)
  default     = []
}

variable "port" {
  description = "Port of metrics, API and page."
  type        = number
  default     = 9464

  validation {
    condition     = var.port >= 1024 && var.port <= 65535
    error_message = "port is 1024 to 65535."
  }
}

variable "namespace" {
  description = "Private DNS zone that is made for the monitor: it is found at monitor.<namespace>. Null: <name>.internal."
  type        = string
  default     = null

  validation {
    condition     = var.namespace == null || can(regex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)+$", var.namespace))
    error_message = "namespace is a domain such as weir.internal."
  }
}

variable "cpu" {
  description = "CPU units of Fargate; 256 is a quarter of a virtual CPU."
  type        = number
  default     = 256

  validation {
    condition     = contains([256, 512, 1024, 2048], var.cpu)
    error_message = "cpu is 256, 512, 1024 or 2048."
  }
}

variable "memory_mb" {
  description = "Memory of the task in MB; it has to go with cpu, as Fargate's table says."
  type        = number
  default     = 1024

  validation {
    condition     = contains({ "256" = [512, 1024, 2048], "512" = [1024, 2048, 3072, 4096], "1024" = [2048, 3072, 4096, 5120, 6144, 7168, 8192], "2048" = [for gb in range(4, 17) : gb * 1024] }[tostring(var.cpu)], var.memory_mb)
    error_message = "Fargate has no such memory_mb for this cpu; 256 goes with 512, 1024 or 2048."
  }
}

variable "log_retention_days" {
  description = "How long CloudWatch keeps the monitor's log."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is one of the periods that CloudWatch knows, such as 7, 14, 30, 90 or 365."
  }
}
