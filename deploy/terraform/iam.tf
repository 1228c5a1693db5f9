# Three components, three policies: the function, whoever puts records into the stream, and whoever
# reads the lake. The last two are made for your roles to be given; nothing here uses them.

locals {
  kms_services = { for service in ["kinesis", "s3", "secretsmanager"] : service => "${service}.${local.region}.${local.suffix}" }

  function_statements = concat(
    [
      {
        Sid    = "ReadTheStream"
        Effect = "Allow"
        Action = [
          "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords",
          "kinesis:GetShardIterator", "kinesis:ListShards", "kinesis:SubscribeToShard",
        ]
        Resource = aws_kinesis_stream.this.arn
      },
      {
        Sid      = "WriteTheLake"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        Resource = "${local.lake_bucket_arn}/${local.lake_prefix}*"
      },
      # Not bound to the prefix: asked for an object that is not there, S3 answers 404 to who may list
      # the bucket and 403 to others, and Weir has to know which it is.
      {
        Sid      = "ListTheBuckets"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = [local.lake_bucket_arn, local.failures_bucket_arn]
      },
      {
        Sid      = "KeepFailures"
        Effect   = "Allow"
        Action   = "s3:PutObject"
        Resource = "${local.failures_bucket_arn}/*"
      },
      {
        Sid      = "ReadThePassword"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = local.password_arn
      },
      {
        Sid      = "WriteTheLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.function.arn}:*"
      },
    ],
    var.kms_key_arn == null ? [] : [
      {
        Sid       = "UseTheKey"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = var.kms_key_arn
        Condition = { StringEquals = { "kms:ViaService" = values(local.kms_services) } }
      },
    ],
    # What Lambda needs to put a function into a VPC is AWS's own policy, because EC2 cannot bind it to
    # resources. These two take back what of it the function itself has no use for.
    [
      {
        Sid    = "NoNetworkInterfacesByTheFunctionItself"
        Effect = "Deny"
        Action = [
          "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DetachNetworkInterface",
          "ec2:UnassignPrivateIpAddresses",
        ]
        Resource  = "*"
        Condition = { ArnEquals = { "lambda:SourceFunctionArn" = local.function_arn } }
      },
      {
        Sid         = "NoOtherLogs"
        Effect      = "Deny"
        Action      = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        NotResource = [aws_cloudwatch_log_group.function.arn, "${aws_cloudwatch_log_group.function.arn}:*"]
      },
    ],
  )

  function_policy = jsonencode({ Version = "2012-10-17", Statement = local.function_statements })

  function_trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Lambda"
      Effect    = "Allow"
      Principal = { Service = "lambda.${local.suffix}" }
      Action    = "sts:AssumeRole"
    }]
  })

  producer_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "PutRecords"
        Effect   = "Allow"
        Action   = ["kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"]
        Resource = aws_kinesis_stream.this.arn
      }],
      var.kms_key_arn == null ? [] : [{
        Sid       = "UseTheKey"
        Effect    = "Allow"
        Action    = "kms:GenerateDataKey"
        Resource  = var.kms_key_arn
        Condition = { StringEquals = { "kms:ViaService" = local.kms_services.kinesis } }
      }],
    )
  })

  reader_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid    = "RunQueries"
          Effect = "Allow"
          Action = [
            "athena:GetQueryExecution", "athena:GetQueryResults", "athena:GetQueryResultsStream",
            "athena:GetWorkGroup", "athena:StartQueryExecution", "athena:StopQueryExecution",
          ]
          Resource = aws_athena_workgroup.this.arn
        },
        {
          Sid    = "KnowTheTables"
          Effect = "Allow"
          Action = ["glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"]
          Resource = concat(
            [for resource in ["catalog", "database/${local.database}"] : "${local.glue_arn}:${resource}"],
            [for table in local.table_names : "${local.glue_arn}:table/${local.database}/${table}"],
          )
        },
        {
          Sid      = "ReadTheTables"
          Effect   = "Allow"
          Action   = "s3:GetObject"
          Resource = [for folder in ["events", "dead_letters"] : "${local.lake_bucket_arn}/${local.lake_prefix}${folder}/*"]
        },
        {
          Sid      = "KeepAnswers"
          Effect   = "Allow"
          Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
          Resource = "${local.lake_bucket_arn}/${local.results_prefix}*"
        },
        {
          Sid      = "ListTheBucket"
          Effect   = "Allow"
          Action   = ["s3:GetBucketLocation", "s3:ListBucket"]
          Resource = local.lake_bucket_arn
        },
      ],
      var.kms_key_arn == null ? [] : [{
        Sid       = "UseTheKey"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = var.kms_key_arn
        Condition = { StringEquals = { "kms:ViaService" = local.kms_services.s3 } }
      }],
    )
  })
}

resource "aws_iam_role" "function" {
  name               = "${var.name}-function-${local.region}"
  description        = "The function of ${var.name}, and Lambda where it acts for it"
  assume_role_policy = local.function_trust
  tags               = local.tags
}

resource "aws_iam_role_policy" "function" {
  name   = var.name
  role   = aws_iam_role.function.id
  policy = local.function_policy
}

resource "aws_iam_role_policy_attachment" "function_network" {
  role       = aws_iam_role.function.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
}

resource "aws_iam_role_policy_attachment" "function_tracing" {
  count = var.tracing ? 1 : 0

  role       = aws_iam_role.function.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/AWSXRayDaemonWriteAccess"
}

resource "aws_iam_policy" "producer" {
  name        = "${var.name}-producer-${local.region}"
  description = "Put records into the stream of ${var.name}"
  policy      = local.producer_policy
  tags        = local.tags
}

resource "aws_iam_policy" "reader" {
  name        = "${var.name}-reader-${local.region}"
  description = "Query the lake of ${var.name} with Athena"
  policy      = local.reader_policy
  tags        = local.tags
}
