# `weir monitor` as a small service on Fargate: it reads the ledger of a lake in S3 and serves metrics to
# Prometheus, inside the VPC. It keeps nothing, so that a task that is lost is simply started anew.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name
  suffix    = data.aws_partition.current.dns_suffix

  monitor   = "${var.name}-monitor"
  namespace = coalesce(var.namespace, "${var.name}.internal")
  tags      = merge({ "weir:deployment" = var.name }, var.tags)

  lake            = split("/", trimprefix(var.lake_uri, "s3://"))
  lake_bucket_arn = "arn:${local.partition}:s3:::${local.lake[0]}"
  lake_prefix     = "${join("/", slice(local.lake, 1, length(local.lake)))}/"

  log_group_arn = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/weir/${local.monitor}"

  # Of an image in ECR its account, region and repository; of any other, nothing.
  ecr            = try(regex("^([0-9]{12})[.]dkr[.]ecr[.]([a-z0-9-]+)[.][a-z.]+/([^:@]+)", var.image), null)
  repository_arn = try("arn:${local.partition}:ecr:${local.ecr[1]}:${local.ecr[0]}:repository/${local.ecr[2]}", "")

  # What the monitor itself may do: read, and nothing else.
  task_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "ReadTheLedger"
          Effect   = "Allow"
          Action   = "s3:GetObject"
          Resource = "${local.lake_bucket_arn}/${local.lake_prefix}_weir/attempts/*"
        },
        # An attempt counts when its files are there. S3 has no permission to ask for that (HEAD) which
        # is not one to read, too.
        {
          Sid      = "SeeWhetherFilesAreThere"
          Effect   = "Allow"
          Action   = "s3:GetObject"
          Resource = [for folder in ["events", "dead_letters"] : "${local.lake_bucket_arn}/${local.lake_prefix}${folder}/*"]
        },
        # Not bound to the prefix: asked for an object that is not there, S3 answers 404 to who may list
        # the bucket and 403 to others.
        {
          Sid      = "ListTheBucket"
          Effect   = "Allow"
          Action   = "s3:ListBucket"
          Resource = local.lake_bucket_arn
        },
      ],
      var.kms_key_arn == null ? [] : [{
        Sid       = "UseTheKey"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = var.kms_key_arn
        Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.${local.suffix}" } }
      }],
    )
  })

  # What Fargate may do to start it.
  start_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "WriteTheLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${local.log_group_arn}:*"
      }],
      [for statement in [
        {
          Sid      = "PullTheImage"
          Effect   = "Allow"
          Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
          Resource = local.repository_arn
        },
        # ECR binds this one to no resource.
        {
          Sid      = "EnterTheRegistry"
          Effect   = "Allow"
          Action   = "ecr:GetAuthorizationToken"
          Resource = "*"
        },
      ] : statement if local.ecr != null],
    )
  })

  trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TasksOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.${local.suffix}" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account}:*" }
      }
    }]
  })

  container = {
    name      = "monitor"
    image     = var.image
    essential = true
    command   = ["monitor", "--lake", var.lake_uri, "--address", "0.0.0.0", "--port", tostring(var.port)]
    environment = [
      { name = "WEIR_S3_REGION", value = local.region },
    ]
    portMappings           = [{ containerPort = var.port, hostPort = var.port, protocol = "tcp" }]
    readonlyRootFilesystem = true
    mountPoints            = [{ sourceVolume = "tmp", containerPath = "/tmp", readOnly = false }]
    linuxParameters        = { capabilities = { drop = ["ALL"] }, initProcessEnabled = true }
    healthCheck = {
      # Not /healthz: that is 503 until the whole ledger was read, and a large one would never be.
      command     = ["CMD", "curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:${var.port}/"]
      interval    = 30
      timeout     = 5
      retries     = 3
      startPeriod = 60
    }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = aws_cloudwatch_log_group.monitor.name
        "awslogs-region"        = local.region
        "awslogs-stream-prefix" = "monitor"
      }
    }
  }
}

resource "aws_cloudwatch_log_group" "monitor" {
  name              = "/weir/${local.monitor}"
  retention_in_days = var.log_retention_days
  tags              = local.tags
}

# ---- The task and its roles

resource "aws_iam_role" "task" {
  name               = "${local.monitor}-${local.region}"
  description        = "The monitor of ${var.name}: reads the lake"
  assume_role_policy = local.trust
  tags               = local.tags
}

resource "aws_iam_role_policy" "task" {
  name   = local.monitor
  role   = aws_iam_role.task.id
  policy = local.task_policy
}

resource "aws_iam_role" "start" {
  name               = "${local.monitor}-start-${local.region}"
  description        = "Fargate, where it starts the monitor of ${var.name}"
  assume_role_policy = local.trust
  tags               = local.tags
}

resource "aws_iam_role_policy" "start" {
  name   = local.monitor
  role   = aws_iam_role.start.id
  policy = local.start_policy
}

resource "aws_ecs_cluster" "monitor" {
  name = local.monitor
  tags = local.tags
}

resource "aws_ecs_task_definition" "monitor" {
  family                   = local.monitor
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory_mb
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.start.arn
  container_definitions    = jsonencode([local.container])
  tags                     = local.tags

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = upper(var.architecture)
  }

  volume {
    name = "tmp"
  }
}

resource "aws_ecs_service" "monitor" {
  name                               = "monitor"
  cluster                            = aws_ecs_cluster.monitor.id
  task_definition                    = aws_ecs_task_definition.monitor.arn
  desired_count                      = 1
  launch_type                        = "FARGATE"
  propagate_tags                     = "SERVICE"
  deployment_minimum_healthy_percent = 0   # one at a time: two would be two targets of Prometheus
  deployment_maximum_percent         = 100 # that count the same
  tags                               = local.tags

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.monitor.id]
    assign_public_ip = false
  }

  service_registries {
    registry_arn = aws_service_discovery_service.monitor.arn
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  depends_on = [aws_iam_role_policy.task, aws_iam_role_policy.start]
}

# ---- How Prometheus finds it, and who gets through

resource "aws_service_discovery_private_dns_namespace" "monitor" {
  name        = local.namespace
  description = "The monitor of ${var.name}"
  vpc         = var.vpc_id
  tags        = local.tags
}

resource "aws_service_discovery_service" "monitor" {
  name = "monitor"
  tags = local.tags

  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.monitor.id
    routing_policy = "MULTIVALUE"
    dns_records {
      type = "A"
      ttl  = 15
    }
  }
}

resource "aws_security_group" "monitor" {
  name        = local.monitor
  description = "The monitor of ${var.name}"
  vpc_id      = var.vpc_id
  tags        = merge(local.tags, { Name = local.monitor })
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = toset(var.client_security_group_ids)

  security_group_id            = aws_security_group.monitor.id
  description                  = "Metrics and page"
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
}

# S3, ECR and the log, by whichever way the VPC has: their addresses are not known here.
resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.monitor.id
  description       = "S3, ECR and CloudWatch Logs"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
