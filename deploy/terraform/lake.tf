locals {
  lake_bucket     = coalesce(var.bucket_name, "${var.name}-lake-${local.account}-${local.region}")
  failures_bucket = "${var.name}-failures-${local.account}-${local.region}"
  results_prefix  = "athena-results/"
  sse_algorithm   = var.kms_key_arn == null ? "AES256" : "aws:kms"

  # By name and not by resource: known while planning, and without a cycle.
  lake_bucket_arn     = "arn:${local.partition}:s3:::${local.lake_bucket}"
  failures_bucket_arn = "arn:${local.partition}:s3:::${local.failures_bucket}"

  tls_only = { for key, arn in { lake = local.lake_bucket_arn, failures = local.failures_bucket_arn } : key => {
    Sid       = "OnlyOverTls"
    Effect    = "Deny"
    Principal = "*"
    Action    = "s3:*"
    Resource  = [arn, "${arn}/*"]
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  } }

  lake_bucket_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      local.tls_only.lake,
      # Objects of the lake are created, never replaced, by whomever. The requests of a multipart
      # upload that cannot carry the condition do not create an object; the one that does has to.
      {
        Sid       = "OnlyIfAbsent"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:PutObject"
        Resource  = "${local.lake_bucket_arn}/${local.lake_prefix}*"
        Condition = {
          Null = { "s3:if-none-match" = "true" }
          Bool = { "s3:ObjectCreationOperation" = "true" }
        }
      },
    ]
  })

  failures_bucket_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [local.tls_only.failures]
  })
}

resource "aws_s3_bucket" "lake" {
  bucket        = local.lake_bucket
  force_destroy = var.force_destroy
  tags          = local.tags
}

resource "aws_s3_bucket" "failures" {
  bucket        = local.failures_bucket
  force_destroy = var.force_destroy
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "lake" {
  bucket                  = aws_s3_bucket.lake.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_public_access_block" "failures" {
  bucket                  = aws_s3_bucket.failures.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "lake" {
  bucket = aws_s3_bucket.lake.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_ownership_controls" "failures" {
  bucket = aws_s3_bucket.failures.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id
  rule {
    bucket_key_enabled = var.kms_key_arn != null
    apply_server_side_encryption_by_default {
      sse_algorithm     = local.sse_algorithm
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "failures" {
  bucket = aws_s3_bucket.failures.id
  rule {
    bucket_key_enabled = var.kms_key_arn != null
    apply_server_side_encryption_by_default {
      sse_algorithm     = local.sse_algorithm
      kms_master_key_id = var.kms_key_arn
    }
  }
}

# So that what was deleted by mistake can be brought back. Weir itself deletes nothing.
resource "aws_s3_bucket_versioning" "lake" {
  bucket = aws_s3_bucket.lake.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_policy" "lake" {
  bucket     = aws_s3_bucket.lake.id
  policy     = local.lake_bucket_policy
  depends_on = [aws_s3_bucket_public_access_block.lake]
}

resource "aws_s3_bucket_policy" "failures" {
  bucket     = aws_s3_bucket.failures.id
  policy     = local.failures_bucket_policy
  depends_on = [aws_s3_bucket_public_access_block.failures]
}

resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id

  rule {
    id     = "uploads-that-were-not-completed"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  rule {
    id     = "what-was-deleted"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_days
    }
    expiration {
      expired_object_delete_marker = true
    }
  }

  rule {
    id     = "answers-of-athena"
    status = "Enabled"
    filter {
      prefix = local.results_prefix
    }
    expiration {
      days = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.lake]
}

resource "aws_s3_bucket_lifecycle_configuration" "failures" {
  bucket = aws_s3_bucket.failures.id

  rule {
    id     = "batches-that-were-given-up"
    status = "Enabled"
    filter {}
    expiration {
      days = var.failures_days
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}
