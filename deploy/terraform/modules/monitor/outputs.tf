output "target" {
  description = "Where Prometheus scrapes, as a target of static_configs; the page is at the same address."
  value       = "monitor.${local.namespace}:${var.port}"
}

output "security_group_id" {
  description = "Security group of the monitor."
  value       = aws_security_group.monitor.id
}

output "task_role_arn" {
  description = "ARN of the role that the monitor runs with, for policies of endpoints and buckets."
  value       = aws_iam_role.task.arn
}

output "log_group_name" {
  description = "The monitor's log."
  value       = aws_cloudwatch_log_group.monitor.name
}

output "review" {
  description = "What a review asks for, read from the resources: every policy that was written (JSON), the container, and the network."
  value = {
    policies = {
      task  = aws_iam_role_policy.task.policy
      start = aws_iam_role_policy.start.policy
      trust = aws_iam_role.task.assume_role_policy
    }
    container = one(jsondecode(aws_ecs_task_definition.monitor.container_definitions))
    public_ip = one(aws_ecs_service.monitor.network_configuration).assign_public_ip
    let_in    = [for rule in aws_vpc_security_group_ingress_rule.clients : "${rule.referenced_security_group_id} ${rule.from_port}"]
  }
}
