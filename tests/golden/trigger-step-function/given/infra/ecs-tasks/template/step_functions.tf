# The daily import, one task after the other.

resource "aws_sfn_state_machine" "daily_import" {
  name     = "${local.app_name}-${var.environment_name}-daily-import"
  role_arn = aws_iam_role.step_functions.arn
  definition = templatefile("${path.module}/step_function/daily_import.json", {
    environment_name = var.environment_name
    cluster_arn      = data.aws_ecs_cluster.cluster.arn
  })
}

data "aws_iam_role" "dor_import_task_role" {
  name = "${local.app_name}-${var.environment_name}-ecs-tasks-dor-import"
}

resource "aws_iam_role" "step_functions" {
  name               = "${local.app_name}-${var.environment_name}-step-functions"
  assume_role_policy = data.aws_iam_policy_document.step_functions_assume_role_policy.json
}

data "aws_iam_policy_document" "step_functions_assume_role_policy" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "step_functions" {
  name   = "${local.app_name}-${var.environment_name}-step-functions-policy"
  role   = aws_iam_role.step_functions.id
  policy = data.aws_iam_policy_document.step_functions.json
}

data "aws_iam_policy_document" "step_functions" {
  statement {
    actions = [
      "ecs:RunTask",
      "ecs:StopTask",
      "ecs:DescribeTasks"
    ]
    resources = ["*"]
  }

  statement {
    actions = ["iam:PassRole"]
    resources = [
      aws_iam_role.task_executor.arn,
      data.aws_iam_role.dor_import_task_role.arn
    ]
  }
}
