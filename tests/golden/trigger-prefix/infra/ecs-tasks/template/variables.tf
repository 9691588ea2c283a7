variable "environment_name" {
  description = "Environment that the tasks run in"
  type        = string
}

variable "service_docker_tag" {
  description = "Tag of the API's image that the tasks run"
  type        = string
}

variable "vpc_id" {
  description = "Network that the tasks run in"
  type        = string
}

variable "app_subnet_ids" {
  description = "Subnets that the tasks run in"
  type        = list(string)
}

variable "logging_level" {
  description = "Levels of single loggers, such as massgov.pfml.dor=DEBUG"
  type        = string
  default     = ""
}

variable "fineos_client_customer_api_url" {
  description = "Address of the FINEOS customer API"
  type        = string
}

variable "fineos_aws_iam_role_arn" {
  description = "Role in FINEOS's AWS account that may read its buckets"
  type        = string
}

variable "fineos_data_export_path" {
  description = "Folder that FINEOS exports its data to"
  type        = string
}

variable "eolwd_moveit_sftp_uri" {
  description = "Address of the MOVEit server"
  type        = string
}

variable "pfml_email_address" {
  description = "Sender of e-mail"
  type        = string
}

variable "bounce_forwarding_email_address" {
  description = "Where e-mail goes that cannot be delivered"
  type        = string
}

variable "agency_reductions_email_address" {
  description = "Inbox of the agencies for the reports on reductions"
  type        = string
}

variable "enable_reductions_process_agency_data_schedule" {
  description = "Whether 'reductions-process-agency-data' runs on its schedule"
  type        = bool
  default     = false
}

variable "enable_dor_import_trigger" {
  description = "Whether a file in the agency transfer bucket starts 'dor-import'"
  type        = bool
  default     = false
}

variable "enable_my_new_task_name_trigger" {
  description = "Enable S3 trigger for 'my-new-task-name' ECS task"
  type        = bool
  default     = false
}

variable "enable_my_other_task_name_trigger" {
  description = "Enable S3 trigger for 'my-other-task-name' ECS task"
  type        = bool
  default     = false
}
