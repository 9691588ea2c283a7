output "security_groups" {
  value = [aws_security_group.tasks.id]
}

output "ecs_task_arns" {
  value = { for name, task in aws_ecs_task_definition.ecs_tasks : name => task.arn }
}
