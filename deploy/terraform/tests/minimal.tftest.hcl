# The example for a trial, as it is.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  package_file = "README.md" # any file: nothing is sent anywhere
}

run "minimal" {
  command = apply

  module {
    source = "./examples/minimal"
  }

  # ---- What a person needs next

  assert {
    condition     = output.stream_name == "weir" && output.lake_uri == "s3://weir-lake-111122223333-eu-west-1/lake"
    error_message = "The outputs name the stream and the lake."
  }
  assert {
    condition     = strcontains(output.athena_example_query, "\"weir\".\"events\"")
    error_message = "The first query asks the view of all events."
  }

  # ---- Encryption, and nobody from outside

  assert {
    condition     = module.weir.review.encryption == { stream = "KMS alias/aws/kinesis", lake = "AES256", failures = "AES256" }
    error_message = "The stream and both buckets are encrypted."
  }
  assert {
    condition     = module.weir.review.public_access_blocked == { lake = true, failures = true }
    error_message = "Neither bucket can be made public."
  }
  assert {
    condition = alltrue([for bucket in ["lake", "failures"] : anytrue([
      for statement in jsondecode(module.weir.review.policies["${bucket}_bucket"]).Statement :
      statement.Effect == "Deny" && statement.Principal == "*" && statement.Action == "s3:*" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false" && length(statement.Resource) == 2
    ])])
    error_message = "Both buckets refuse requests without TLS."
  }
  assert {
    condition = anytrue([
      for statement in jsondecode(module.weir.review.policies.lake_bucket).Statement :
      statement.Effect == "Deny" && statement.Principal == "*" && statement.Action == "s3:PutObject"
      && try(statement.Resource, "") == "arn:aws:s3:::weir-lake-111122223333-eu-west-1/lake/*"
      && try(statement.Condition.Null["s3:if-none-match"], "") == "true"
      && try(statement.Condition.Bool["s3:ObjectCreationOperation"], "") == "true"
    ])
    error_message = "Below the lake's prefix, nothing is created without If-None-Match."
  }
  assert {
    condition     = module.weir.review.claims.in_transit == "required" && module.weir.review.claims.at_rest && startswith(module.weir.redis_endpoint, "rediss://")
    error_message = "The claims are encrypted at rest and in transit, and the function connects by TLS."
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
      maximum_batching_window_in_seconds = 60
      parallelization_factor             = 1
      function_response_types            = toset(["ReportBatchItemFailures"])
      bisect_batch_on_function_error     = true
      maximum_retry_attempts             = -1
      maximum_record_age_in_seconds      = 82800
      on_failure                         = "arn:aws:s3:::weir-failures-111122223333-eu-west-1"
    }
    error_message = "Records are gathered for a minute, and what is given up after 23 of the stream's 24 hours is kept whole."
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
      for statement in jsondecode(module.weir.review.policies.function).Statement : statement
      if statement.Effect == "Allow" && strcontains(jsonencode(statement.Action), "Delete")
    ]) == 0
    error_message = "The function can delete nothing."
  }
  assert {
    condition     = module.weir.review.managed_policies == ["arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"]
    error_message = "The only policy that is not written here is the one that puts the function into the VPC."
  }
  assert {
    condition     = length(setsubtract(["NoNetworkInterfacesByTheFunctionItself", "NoOtherLogs"], [for statement in jsondecode(module.weir.review.policies.function).Statement : statement.Sid if statement.Effect == "Deny"])) == 0
    error_message = "What that policy allows beyond need is taken back."
  }

  # ---- Secrets

  assert {
    condition     = startswith(module.weir.review.environment["WEIR_REDIS_PASSWORD_FROM"], "arn:aws:secretsmanager:") && !contains(keys(module.weir.review.environment), "WEIR_REDIS_PASSWORD")
    error_message = "The function is told where the password is, not what it is."
  }
}
