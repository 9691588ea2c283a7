output "ecs_task_arns" {
  value = module.tasks.ecs_task_arns
}

# bin/run-ecs-task/run-task.sh reads these two.

output "security_groups" {
  value = module.tasks.security_groups
}

output "subnets" {
  value = data.aws_subnet_ids.vpc_app.ids
}
