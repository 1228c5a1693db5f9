# The monitor, which is a module of its own.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  image                     = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/weir-monitor:0.1.0"
  lake_uri                  = "s3://weir-lake-111122223333-eu-west-1/team/lake"
  vpc_id                    = "vpc-00000001"
  subnet_ids                = ["subnet-00000001", "subnet-00000002"]
  client_security_group_ids = ["sg-00000001"]
}

run "monitor" {
  command = apply

  module {
    source = "./modules/monitor"
  }

  assert {
    condition     = output.target == "monitor.weir.internal:9464"
    error_message = "Prometheus finds the monitor by a name of the VPC."
  }
  assert {
    condition     = output.review.container.command == ["monitor", "--lake", "s3://weir-lake-111122223333-eu-west-1/team/lake", "--address", "0.0.0.0", "--port", "9464"]
    error_message = "The task runs weir monitor over the lake, for others than itself."
  }
  assert {
    condition     = output.review.container.healthCheck.command[5] == "http://127.0.0.1:9464/"
    error_message = "A monitor that reads a large ledger for the first time is not ill."
  }
  assert {
    condition     = output.review.container.readonlyRootFilesystem && output.review.container.linuxParameters.capabilities.drop == ["ALL"] && length(output.review.container.environment) == 1
    error_message = "The task has no file system to write to, no capabilities, and no secrets."
  }

  # ---- Private

  assert {
    condition     = output.review.public_ip == false && output.review.let_in == ["sg-00000001 9464"]
    error_message = "Nobody but the clients that were named gets in, and by one port."
  }

  # ---- It reads, and does nothing else

  assert {
    condition     = length(setsubtract(flatten([for statement in jsondecode(output.review.policies.task).Statement : statement.Action]), ["s3:GetObject", "s3:ListBucket"])) == 0
    error_message = "The monitor may read and list."
  }
  assert {
    condition = toset(flatten([for statement in jsondecode(output.review.policies.task).Statement : statement.Resource])) == toset([
      "arn:aws:s3:::weir-lake-111122223333-eu-west-1",
      "arn:aws:s3:::weir-lake-111122223333-eu-west-1/team/lake/_weir/attempts/*",
      "arn:aws:s3:::weir-lake-111122223333-eu-west-1/team/lake/events/*",
      "arn:aws:s3:::weir-lake-111122223333-eu-west-1/team/lake/dead_letters/*",
    ])
    error_message = "It may do so in the lake alone."
  }
  assert {
    condition = [for statement in jsondecode(output.review.policies.start).Statement : "${statement.Sid} ${statement.Resource}"] == [
      "WriteTheLog arn:aws:logs:eu-west-1:111122223333:log-group:/weir/weir-monitor:*",
      "PullTheImage arn:aws:ecr:eu-west-1:111122223333:repository/weir-monitor",
      "EnterTheRegistry *",
    ]
    error_message = "Fargate may pull this image and write this log."
  }
  assert {
    condition     = jsondecode(output.review.policies.trust).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "111122223333"
    error_message = "The roles are for tasks of this account."
  }
  assert {
    condition     = aws_ecs_service.monitor.desired_count == 1 && aws_ecs_service.monitor.deployment_maximum_percent == 100
    error_message = "There is never more than one monitor."
  }
}

run "monitor_with_a_key_and_an_image_from_elsewhere" {
  command = plan

  module {
    source = "./modules/monitor"
  }

  variables {
    name                      = "orders"
    image                     = "registry.example.com:5000/weir-monitor@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    kms_key_arn               = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-000000000001"
    client_security_group_ids = []
    namespace                 = "watch.example.internal"
    port                      = 9500
  }

  assert {
    condition     = output.target == "monitor.watch.example.internal:9500" && length(output.review.let_in) == 0
    error_message = "Zone and port are for the caller to choose, and nobody gets in by default."
  }
  assert {
    condition     = [for statement in jsondecode(output.review.policies.task).Statement : statement.Condition.StringEquals["kms:ViaService"] if try(startswith(statement.Action, "kms:"), false)] == ["s3.eu-west-1.amazonaws.com"]
    error_message = "The key is used through S3 only."
  }
  assert {
    condition     = [for statement in jsondecode(output.review.policies.start).Statement : statement.Sid] == ["WriteTheLog"]
    error_message = "An image that is not in ECR needs no permission there."
  }
}

run "monitor_refuses" {
  command = plan

  module {
    source = "./modules/monitor"
  }

  variables {
    image     = "weir-monitor:latest"
    lake_uri  = "weir-lake/team"
    port      = 80
    cpu       = 256
    memory_mb = 4096
  }

  expect_failures = [var.image, var.lake_uri, var.port, var.memory_mb]
}
