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

# Every day at 5:30 Eastern
module "fineos_daily_export_copy_scheduler" {
  source     = "../../modules/ecs_task_scheduler"
  is_enabled = true

  task_name                            = "fineos-daily-export-copy"
  schedule_expression_standard         = "cron(30 10 * * ? *)"
  schedule_expression_daylight_savings = "cron(30 9 * * ? *)"
  environment_name                     = var.environment_name

  cluster_arn        = data.aws_ecs_cluster.cluster.arn
  app_subnet_ids     = var.app_subnet_ids
  security_group_ids = [aws_security_group.tasks.id]

  ecs_task_definition_arn    = aws_ecs_task_definition.ecs_tasks["fineos-bucket-tool"].arn
  ecs_task_definition_family = aws_ecs_task_definition.ecs_tasks["fineos-bucket-tool"].family
  ecs_task_executor_role     = aws_iam_role.task_executor.arn
  ecs_task_role              = aws_iam_role.fineos_bucket_tool_role.arn

  input = <<JSON
  {
    "containerOverrides": [
      {
        "name": "fineos-bucket-tool",
        "command": [
          "fineos-bucket-tool",
          "--recursive",
          "--copy_dir", "${var.fineos_data_export_path}",
          "--to_dir", "s3://${aws_s3_bucket.business_intelligence_tool.bucket}/fineos/dataexports"
        ]
      }
    ]
  }
  JSON
}
