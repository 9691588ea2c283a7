# A rule fires at the times of the schedule, and its target starts the task.

locals {
  # Turned over by hand, twice a year.
  is_daylight_savings = true
}

resource "aws_cloudwatch_event_rule" "scheduled_rule" {
  name                = "${var.task_name}_${var.environment_name}_schedule"
  description         = "When ${var.task_name} runs in ${var.environment_name}"
  is_enabled          = var.is_enabled
  schedule_expression = local.is_daylight_savings ? var.schedule_expression_daylight_savings : var.schedule_expression_standard

  tags = merge(module.constants.common_tags, {
    environment = module.constants.environment_tags[var.environment_name]
  })
}

resource "aws_cloudwatch_event_target" "task" {
  target_id = "${var.task_name}_${module.constants.environment_shorthand[var.environment_name]}_cloudwatch_event_target"
  rule      = aws_cloudwatch_event_rule.scheduled_rule.name
  arn       = var.cluster_arn
  role_arn  = aws_iam_role.scheduler.arn
  input     = var.input

  ecs_target {
    launch_type         = "FARGATE"
    platform_version    = "1.4.0"
    task_count          = 1
    task_definition_arn = var.ecs_task_definition_arn

    network_configuration {
      subnets          = var.app_subnet_ids
      security_groups  = var.security_group_ids
      assign_public_ip = false
    }
  }
}
