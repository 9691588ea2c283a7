# The role with which the Lambda function starts the task.

data "aws_iam_policy_document" "assumed_by_lambda" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "run_task" {
  statement {
    actions   = ["ecs:RunTask"]
    resources = ["arn:aws:ecs:us-east-1:${data.aws_caller_identity.current.account_id}:task-definition/${var.ecs_task_definition_family}:*"]
  }

  # Unlike the scheduler, this does not drop a null: a task with a trigger needs a task role.
  statement {
    actions   = ["iam:PassRole"]
    resources = [var.ecs_task_executor_role, var.ecs_task_role]
  }
}

resource "aws_iam_role" "task_trigger" {
  name               = "${var.task_name}-${var.environment_name}-task-trigger"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_lambda.json
}

resource "aws_iam_role_policy" "task_trigger" {
  name   = "${var.task_name}-${var.environment_name}-task-trigger-policy"
  role   = aws_iam_role.task_trigger.id
  policy = data.aws_iam_policy_document.run_task.json
}

# Writes the function's own log.
resource "aws_iam_role_policy_attachment" "logging" {
  role       = aws_iam_role.task_trigger.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
