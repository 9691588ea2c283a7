# Tasks that run when an object arrives in a bucket: S3 calls a Lambda function, which starts the task.
# A bucket has one notification resource; a second one would replace the first without a word.

module "trigger_dor_import" {
  source = "../../modules/s3_ecs_trigger"

  environment_name   = var.environment_name
  app_subnet_ids     = var.app_subnet_ids
  security_group_ids = [aws_security_group.tasks.id]

  task_name                  = "dor-import"
  ecs_task_definition_family = aws_ecs_task_definition.ecs_tasks["dor-import"].family
  ecs_task_executor_role     = aws_iam_role.task_executor.arn
  ecs_task_role              = aws_iam_role.dor_import_task_role.arn
  s3_bucket_arn              = data.aws_s3_bucket.agency_transfer.arn
}

module "trigger_nightly_files" {
  source = "../../modules/s3_ecs_trigger"

  environment_name   = var.environment_name
  app_subnet_ids     = var.app_subnet_ids
  security_group_ids = [aws_security_group.tasks.id]

  task_name                  = "nightly-files"
  ecs_task_definition_family = aws_ecs_task_definition.ecs_tasks["nightly-files"].family
  ecs_task_executor_role     = aws_iam_role.task_executor.arn
  ecs_task_role              = aws_iam_role.nightly_files_task_role.arn
  s3_bucket_arn              = data.aws_s3_bucket.reports.arn
}

resource "aws_s3_bucket_notification" "agency_transfer_notifications" {
  count  = var.enable_dor_import_trigger ? 1 : 0
  bucket = data.aws_s3_bucket.agency_transfer.id

  lambda_function {
    lambda_function_arn = module.trigger_dor_import.lambda_arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = "dor/received/"
    filter_suffix       = ".csv"
  }
}

resource "aws_s3_bucket_notification" "reports_notifications" {
  bucket = data.aws_s3_bucket.reports.id

  lambda_function {
    lambda_function_arn = module.trigger_nightly_files.lambda_arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = "files/"
  }
}
