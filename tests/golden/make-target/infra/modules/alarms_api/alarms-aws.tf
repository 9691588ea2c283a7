# An alarm for every schedule whose task does not start. A name here is a schedule's task_name, which
# need not be the task's: fineos-daily-export-copy starts fineos-bucket-tool.

locals {
  alarm_names = [
    "reductions-process-agency-data",
  ]
}

resource "aws_cloudwatch_metric_alarm" "failed_invocations" {
  for_each = toset(local.alarm_names)

  alarm_name        = "failed ${each.key}_${var.environment_name}_schedule_alert"
  alarm_description = "${each.key} did not start in ${var.environment_name}"
  alarm_actions     = [var.warning_alert_sns_topic_arn]

  namespace   = "AWS/Events"
  metric_name = "FailedInvocations"
  dimensions = {
    RuleName = "${each.key}_${var.environment_name}_schedule"
  }

  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 1

  tags = merge(module.constants.common_tags, {
    environment = module.constants.environment_tags[var.environment_name]
  })
}
