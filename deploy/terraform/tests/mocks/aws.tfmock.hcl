# What AWS would answer, where an answer of random letters would not do: identities, and ARNs and JSON
# whose form the provider checks.

mock_data "aws_caller_identity" {
  defaults = { account_id = "111122223333" }
}

mock_data "aws_partition" {
  defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
}

mock_data "aws_region" {
  defaults = { name = "eu-west-1" }
}

mock_data "aws_availability_zones" {
  defaults = { names = ["eu-west-1a", "eu-west-1b", "eu-west-1c", "eu-west-1d"] }
}

mock_resource "aws_kms_key" {
  defaults = { arn = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-000000000001" }
}

mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:eu-west-1:111122223333:alarms" }
}

mock_resource "aws_kinesis_stream" {
  defaults = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/weir" }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/weir" }
}

mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::111122223333:role/weir-function-eu-west-1" }
}

mock_resource "aws_iam_policy" {
  defaults = { arn = "arn:aws:iam::111122223333:policy/weir-producer-eu-west-1" }
}

mock_resource "aws_lambda_function" {
  defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:weir", version = "1" }
}

mock_resource "aws_lambda_layer_version" {
  defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:layer:weir-sql:1" }
}

mock_resource "aws_lambda_alias" {
  defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:weir:live" }
}

mock_resource "aws_lambda_event_source_mapping" {
  defaults = { uuid = "00000000-0000-4000-8000-000000000002" }
}

mock_resource "aws_s3_bucket" {
  defaults = { arn = "arn:aws:s3:::weir-bucket" }
}

mock_resource "aws_athena_workgroup" {
  defaults = { arn = "arn:aws:athena:eu-west-1:111122223333:workgroup/weir" }
}

mock_resource "aws_vpc_endpoint" {
  defaults = { prefix_list_id = "pl-00000001" }
}

mock_resource "aws_cloudformation_stack" {
  defaults = {
    outputs = {
      PasswordArn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:Password1-abcdef"
      UserId      = "weir-function"
      DefaultId   = "weir-default"
    }
  }
}

mock_resource "aws_elasticache_replication_group" {
  defaults = {
    primary_endpoint_address       = "master.weir-claims.example.euw1.cache.amazonaws.com"
    configuration_endpoint_address = "clustercfg.weir-claims.example.euw1.cache.amazonaws.com"
  }
}

mock_resource "aws_elasticache_serverless_cache" {
  defaults = {
    endpoint = [{ address = "weir-claims.serverless.euw1.cache.amazonaws.com", port = 6379 }]
  }
}

mock_resource "aws_ecs_cluster" {
  defaults = { arn = "arn:aws:ecs:eu-west-1:111122223333:cluster/weir-monitor" }
}

mock_resource "aws_ecs_task_definition" {
  defaults = { arn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/weir-monitor:1" }
}

mock_resource "aws_service_discovery_service" {
  defaults = { arn = "arn:aws:servicediscovery:eu-west-1:111122223333:service/srv-00000001" }
}
