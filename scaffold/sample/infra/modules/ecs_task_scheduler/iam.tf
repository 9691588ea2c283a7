# The role with which EventBridge starts the task.

data "aws_iam_policy_document" "assumed_by_events" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "run_task" {
  statement {
    actions   = ["ecs:RunTask"]
    resources = ["arn:aws:ecs:us-east-1:${data.aws_caller_identity.current.account_id}:task-definition/${var.ecs_task_definition_family}:*"]
  }

  # Whoever starts a task hands it its roles, and has to be allowed to: with another task's roles it never starts.
  statement {
    actions   = ["iam:PassRole"]
    resources = compact([var.ecs_task_executor_role, var.ecs_task_role])
  }
}

resource "aws_iam_role" "scheduler" {
  name               = "${var.task_name}-${var.environment_name}-scheduler"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_events.json
}

resource "aws_iam_role_policy" "scheduler" {
  name   = "${var.task_name}-${var.environment_name}-scheduler-policy"
  role   = aws_iam_role.scheduler.id
  policy = data.aws_iam_policy_document.run_task.json
}
