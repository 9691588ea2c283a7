# Where the tasks log to, and when they run.
# Whoever adds a schedule adds its task_name to infra/modules/alarms_api/alarms-aws.tf too.

data "aws_ecs_cluster" "cluster" {
  cluster_name = var.environment_name
}

resource "aws_cloudwatch_log_group" "ecs_tasks" {
  name = "service/${local.app_name}-${var.environment_name}/ecs-tasks"

  tags = merge(module.constants.common_tags, {
    environment = module.constants.environment_tags[var.environment_name]
  })
}

resource "aws_cloudwatch_log_subscription_filter" "ecs_task_logging" {
  name            = "ecs_task_logs"
  log_group_name  = aws_cloudwatch_log_group.ecs_tasks.name
  destination_arn = module.constants.newrelic_log_ingestion_arn
  filter_pattern  = ""
}

# ===== Schedules
# In UTC. The two expressions of a schedule are the same Eastern time in winter and in summer.

# Monday to Friday at 6:00 Eastern
module "reductions_process_agency_data_scheduler" {
  source     = "../../modules/ecs_task_scheduler"
  is_enabled = var.enable_reductions_process_agency_data_schedule

  task_name                            = "reductions-process-agency-data"
  schedule_expression_standard         = "cron(0 11 ? * MON-FRI *)"
  schedule_expression_daylight_savings = "cron(0 10 ? * MON-FRI *)"
  environment_name                     = var.environment_name

  cluster_arn        = data.aws_ecs_cluster.cluster.arn
  app_subnet_ids     = var.app_subnet_ids
  security_group_ids = [aws_security_group.tasks.id]

  ecs_task_definition_arn    = aws_ecs_task_definition.ecs_tasks["reductions-process-agency-data"].arn
  ecs_task_definition_family = aws_ecs_task_definition.ecs_tasks["reductions-process-agency-data"].family
  ecs_task_executor_role     = aws_iam_role.reductions_workflow_execution_role.arn
  ecs_task_role              = aws_iam_role.reductions_workflow_task_role.arn
}
