# Groups of environment variables that several tasks share. A variable of one task only belongs into tasks.tf.

locals {
  # The task definition adds these to every task.
  common = [
    { name : "ENVIRONMENT", value : var.environment_name },
    { name : "LOGGING_LEVEL", value : var.logging_level },
    { name : "NEW_RELIC_LICENSE_KEY", valueFrom : "/service/${local.app_name}/common/newrelic-license-key" },
    { name : "NR_INSERT_API_KEY", valueFrom : "/admin/${local.app_name}/newrelic-insert-api-key" }
  ]

  # The database, as its main user.
  db_access = [
    { name : "DB_HOST", value : data.aws_db_instance.default.address },
    { name : "DB_NAME", value : data.aws_db_instance.default.db_name },
    { name : "DB_USERNAME", value : data.aws_db_instance.default.master_username },
    { name : "DB_PASSWORD", valueFrom : "/service/${local.app_name}/${var.environment_name}/db-password" }
  ]

  # FINEOS over HTTPS.
  fineos_api_access = [
    { name : "FINEOS_CLIENT_CUSTOMER_API_URL", value : var.fineos_client_customer_api_url },
    { name : "FINEOS_CLIENT_OAUTH2_CLIENT_SECRET", valueFrom : "/service/${local.app_name}/${var.environment_name}/fineos_oauth2_client_secret" }
  ]

  # The buckets of FINEOS, which lie in another AWS account and are read by assuming a role there.
  fineos_s3_access = [
    { name : "FINEOS_AWS_IAM_ROLE_ARN", value : var.fineos_aws_iam_role_arn },
    { name : "FINEOS_DATA_EXPORT_PATH", value : var.fineos_data_export_path }
  ]

  # MOVEit over SFTP. The default execution role may not read these secrets: a task with this group
  # needs an execution role of its own, such as aws_iam_role.reductions_workflow_execution_role.
  eolwd_moveit_access = [
    { name : "MOVEIT_SFTP_URI", value : var.eolwd_moveit_sftp_uri },
    { name : "MOVEIT_SSH_KEY", valueFrom : "/service/${local.app_name}-comptroller/${var.environment_name}/eolwd-moveit-ssh-key" },
    { name : "MOVEIT_SSH_KEY_PASSWORD", valueFrom : "/service/${local.app_name}-comptroller/${var.environment_name}/eolwd-moveit-ssh-key-password" }
  ]

  # Where the files of the reductions tasks lie.
  reductions_folders = [
    { name : "REDUCTIONS_INBOUND_PATH", value : "s3://${data.aws_s3_bucket.agency_transfer.id}/reductions/inbound" },
    { name : "REDUCTIONS_ARCHIVE_PATH", value : "s3://${data.aws_s3_bucket.agency_transfer.id}/reductions/archive" },
    { name : "REDUCTIONS_REPORTS_PATH", value : "s3://${data.aws_s3_bucket.reports.id}/reductions" }
  ]

  # Who sends e-mail.
  emails = [
    { name : "PFML_EMAIL_ADDRESS", value : var.pfml_email_address },
    { name : "BOUNCE_FORWARDING_EMAIL_ADDRESS", value : var.bounce_forwarding_email_address }
  ]

  # Who sends e-mail, and the agencies' inbox that gets it.
  emails_reductions = concat(local.emails, [
    { name : "AGENCY_REDUCTIONS_EMAIL_ADDRESS", value : var.agency_reductions_email_address }
  ])
}
