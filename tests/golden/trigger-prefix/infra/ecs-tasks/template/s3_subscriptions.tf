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

module "trigger_my_new_task_name" {
  source = "../../modules/s3_ecs_trigger"

  environment_name   = var.environment_name
  app_subnet_ids     = var.app_subnet_ids
  security_group_ids = [aws_security_group.tasks.id]

  task_name                  = "my-new-task-name"
  ecs_task_definition_family = aws_ecs_task_definition.ecs_tasks["my-new-task-name"].family
  ecs_task_executor_role     = aws_iam_role.task_executor.arn
  ecs_task_role              = aws_iam_role.my_new_task_name_task_role.arn
  s3_bucket_arn              = data.aws_s3_bucket.reports.arn
}

module "trigger_my_other_task_name" {
  source = "../../modules/s3_ecs_trigger"

  environment_name   = var.environment_name
  app_subnet_ids     = var.app_subnet_ids
  security_group_ids = [aws_security_group.tasks.id]

  task_name                  = "my-other-task-name"
  ecs_task_definition_family = aws_ecs_task_definition.ecs_tasks["my-other-task-name"].family
  ecs_task_executor_role     = aws_iam_role.task_executor.arn
  ecs_task_role              = aws_iam_role.my_other_task_name_task_role.arn
  s3_bucket_arn              = aws_s3_bucket.business_intelligence_tool.arn
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
  count  = var.enable_my_new_task_name_trigger ? 1 : 0
  bucket = data.aws_s3_bucket.reports.id

  lambda_function {
    lambda_function_arn = module.trigger_my_new_task_name.lambda_arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = "dfml+responses/Payment-"
  }
}

resource "aws_s3_bucket_notification" "business_intelligence_tool_notifications" {
  count  = var.enable_my_other_task_name_trigger ? 1 : 0
  bucket = aws_s3_bucket.business_intelligence_tool.id

  lambda_function {
    lambda_function_arn = module.trigger_my_other_task_name.lambda_arn
    events              = ["s3:ObjectCreated:*"]
  }
}
