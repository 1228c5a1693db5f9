# The example for a stream that matters, as it is.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  package_file   = "README.md" # any file: nothing is sent anywhere
  sql_layer_file = "README.md"
  alarm_email    = "somebody@example.com"
}

run "production" {
  command = apply

  module {
    source = "./examples/production"
  }

  # ---- Encryption with a key of its own, and nobody from outside

  assert {
    condition     = module.weir.review.encryption == { stream = "KMS ${aws_kms_key.this.arn}", lake = "aws:kms", failures = "aws:kms" } && aws_kms_key.this.enable_key_rotation
    error_message = "The stream and both buckets are encrypted with the key, which is rotated."
  }
  assert {
    condition     = module.weir.review.public_access_blocked == { lake = true, failures = true }
    error_message = "Neither bucket can be made public."
  }
  assert {
    condition = alltrue([for bucket in ["lake", "failures"] : anytrue([
      for statement in jsondecode(module.weir.review.policies["${bucket}_bucket"]).Statement :
      statement.Effect == "Deny" && statement.Principal == "*" && statement.Action == "s3:*" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false"
    ])])
    error_message = "Both buckets refuse requests without TLS."
  }
  assert {
    condition = anytrue([
      for statement in jsondecode(module.weir.review.policies.lake_bucket).Statement :
      statement.Effect == "Deny" && statement.Principal == "*" && statement.Action == "s3:PutObject"
      && try(statement.Resource, "") == "arn:aws:s3:::weir-production-lake-111122223333-eu-west-1/lake/*"
      && try(statement.Condition.Null["s3:if-none-match"], "") == "true"
      && try(statement.Condition.Bool["s3:ObjectCreationOperation"], "") == "true"
    ])
    error_message = "Below the lake's prefix, nothing is created without If-None-Match."
  }
  assert {
    condition     = module.weir.review.claims.in_transit == "required" && module.weir.review.claims.at_rest && startswith(module.weir.redis_endpoint, "rediss://")
    error_message = "The claims are encrypted at rest and in transit, and the function connects by TLS."
  }
  assert {
    condition     = aws_sns_topic.alarms.kms_master_key_id == aws_kms_key.this.arn
    error_message = "Alarms are encrypted on their way."
  }

  # ---- Exactly once rests on these

  assert {
    condition     = module.weir.review.claims.maxmemory_policy == "noeviction"
    error_message = "Claims are never evicted."
  }
  assert {
    condition = module.weir.review.event_source_mapping == {
      function                           = "arn:aws:lambda:eu-west-1:111122223333:function:weir:live"
      batch_size                         = 10000
      maximum_batching_window_in_seconds = 300
      parallelization_factor             = 1
      function_response_types            = toset(["ReportBatchItemFailures"])
      bisect_batch_on_function_error     = true
      maximum_retry_attempts             = -1
      maximum_record_age_in_seconds      = 601200
      on_failure                         = "arn:aws:s3:::weir-production-failures-111122223333-eu-west-1"
    }
    error_message = "Records are gathered for five minutes, and what is given up an hour before the stream forgets it is kept whole."
  }
  assert {
    condition = module.weir.review.environment == tomap({
      WEIR_LAKE_PATH             = "s3://weir-production-lake-111122223333-eu-west-1/lake"
      WEIR_S3_REGION             = "eu-west-1"
      WEIR_CLAIMS_PATH           = "rediss://master.weir-claims.example.euw1.cache.amazonaws.com:6379"
      WEIR_CLAIMS_WINDOW         = "168h"
      WEIR_CLAIMS_LAG_ALLOWANCE  = "168h" # as long as the stream keeps records
      WEIR_CLAIMS_TAKEOVER_AFTER = "315s" # longer than an invocation can take
      WEIR_REDIS_NAME            = "weir"
      WEIR_REDIS_USER            = "weir-production-function"
      WEIR_REDIS_EXPECTED_CLAIMS = "336000000"
      WEIR_REDIS_PASSWORD_FROM   = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:Password1-abcdef"
      WEIR_TRANSFORM_SQL         = "/opt/transform.sql"
    })
    error_message = "The function is told just this, and no secret."
  }

  # ---- Least privilege

  assert {
    condition = length(flatten([
      for policy in ["function", "producer", "reader"] : [
        for statement in jsondecode(module.weir.review.policies[policy]).Statement : [
          for action in flatten([statement.Action]) : action if strcontains(action, "*")
        ] if statement.Effect == "Allow"
      ]
    ])) == 0
    error_message = "Every action that is allowed is named."
  }
  assert {
    condition = length(flatten([
      for policy in ["function", "producer", "reader"] : [
        for statement in jsondecode(module.weir.review.policies[policy]).Statement : [
          for resource in flatten([statement.Resource]) : resource
          if !can(regex("^arn:aws:[a-z0-9]+:[a-z0-9-]*:[0-9]*:[^*]+([/:]\\*)?$", resource))
        ] if statement.Effect == "Allow"
      ]
    ])) == 0
    error_message = "Every resource is named; a star stands only for what is in a bucket's folder or a log group."
  }
  assert {
    condition = length([
      for statement in flatten([for policy in ["function", "producer", "reader"] : jsondecode(module.weir.review.policies[policy]).Statement]) : statement
      if startswith(jsonencode(statement.Action), "[\"kms:") && try(statement.Condition.StringEquals["kms:ViaService"], null) == null
    ]) == 0
    error_message = "The key is used through the services that need it only."
  }
  assert {
    condition     = length(setsubtract(["NoNetworkInterfacesByTheFunctionItself", "NoOtherLogs"], [for statement in jsondecode(module.weir.review.policies.function).Statement : statement.Sid if statement.Effect == "Deny"])) == 0
    error_message = "What Lambda's own policy for VPCs allows beyond need is taken back."
  }
  assert {
    condition     = length(aws_sns_topic_subscription.alarms) == 1
    error_message = "Somebody is told of alarms."
  }
}
