variable "is_enabled" {
  description = "Whether the schedule fires"
  type        = bool
}

variable "task_name" {
  description = "Name of the schedule; two schedules of one task need two names"
  type        = string
}

variable "schedule_expression_standard" {
  description = "When to run while standard time is in force, in UTC"
  type        = string
}

variable "schedule_expression_daylight_savings" {
  description = "When to run while daylight saving time is in force, in UTC"
  type        = string
}

variable "environment_name" {
  description = "Environment that the task runs in"
  type        = string
}

variable "cluster_arn" {
  description = "Cluster that the task runs in"
  type        = string
}

variable "app_subnet_ids" {
  description = "Subnets that the task runs in"
  type        = list(any)
}

variable "security_group_ids" {
  description = "Security groups of the task"
  type        = list(any)
}

variable "ecs_task_definition_arn" {
  description = "Task definition to start"
  type        = string
}

variable "ecs_task_definition_family" {
  description = "Family of the task definition"
  type        = string
}

variable "ecs_task_executor_role" {
  description = "Execution role of the task"
  type        = string
}

variable "ecs_task_role" {
  description = "Task role of the task, where it has one"
  type        = string
  default     = null
}

variable "input" {
  description = "JSON that overrides parts of the task definition, such as the command"
  type        = string
  default     = null
}
