variable "task_name" {
  description = "Task to start"
  type        = string
}

variable "environment_name" {
  description = "Environment that the task runs in"
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

variable "ecs_task_definition_family" {
  description = "Family of the task definition"
  type        = string
}

variable "ecs_task_executor_role" {
  description = "Execution role of the task"
  type        = string
}

variable "ecs_task_role" {
  description = "Task role of the task"
  type        = string
  default     = null
}

variable "s3_bucket_arn" {
  description = "Bucket that may call the function"
  type        = string
}
