module "{{ label }}" {
  source = "../../modules/s3_ecs_trigger"

  environment_name = var.environment_name
  app_subnet_ids = var.app_subnet_ids
  security_group_ids = [aws_security_group.tasks.id]

  task_name = "{{ name }}"
  ecs_task_definition_family = aws_ecs_task_definition.ecs_tasks["{{ key }}"].family
  ecs_task_executor_role = {{ execution_role }}
  ecs_task_role = {{ task_role }}
  s3_bucket_arn = {{ bucket }}.arn
}
