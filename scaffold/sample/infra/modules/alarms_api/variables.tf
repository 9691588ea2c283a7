variable "environment_name" {
  description = "Environment that is watched"
  type        = string
}

variable "warning_alert_sns_topic_arn" {
  description = "SNS topic that hears of an alarm"
  type        = string
}
