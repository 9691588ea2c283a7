# S3 cannot start a task itself, so it calls this function. Which objects count is up to the
# bucket's notification, outside this module.

data "archive_file" "task_trigger_lambda" {
  type        = "zip"
  source_file = "${path.module}/handler.py"
  output_path = "${path.module}/.zip/${var.task_name}_handler.zip"
}

resource "aws_lambda_function" "task_trigger" {
  function_name    = "${var.task_name}-${var.environment_name}-task-trigger"
  description      = "Starts ${var.task_name} in ${var.environment_name}"
  filename         = data.archive_file.task_trigger_lambda.output_path
  source_code_hash = data.archive_file.task_trigger_lambda.output_base64sha256
  handler          = "handler.handler"
  runtime          = "python3.9"
  timeout          = 60
  role             = aws_iam_role.task_trigger.arn

  environment {
    variables = {
      ENVIRONMENT         = var.environment_name
      ECS_TASK_DEFINITION = var.ecs_task_definition_family
      SUBNETS             = join(",", var.app_subnet_ids)
      SECURITY_GROUPS     = join(",", var.security_group_ids)
    }
  }

  tags = merge(module.constants.common_tags, {
    environment = module.constants.environment_tags[var.environment_name]
  })
}

resource "aws_lambda_permission" "bucket" {
  function_name  = aws_lambda_function.task_trigger.function_name
  action         = "lambda:InvokeFunction"
  principal      = "s3.amazonaws.com"
  source_account = data.aws_caller_identity.current.account_id
  source_arn     = var.s3_bucket_arn
}
