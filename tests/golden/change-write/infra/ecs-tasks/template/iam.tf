# A task has two roles: the task role is what the program may do once it runs,
# the execution role is what ECS may read and write in order to start it.

locals {
  ssm_arn_prefix = "arn:aws:ssm:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:parameter/service"
}

data "aws_iam_policy_document" "ecs_tasks_assume_role_policy" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

# ===== The default execution role

resource "aws_iam_role" "task_executor" {
  name               = "${local.app_name}-${var.environment_name}-ecs-tasks-execution-role"
  assume_role_policy = data.aws_iam_policy_document.ecs_tasks_assume_role_policy.json
}

resource "aws_iam_role_policy" "task_executor" {
  name   = "${local.app_name}-${var.environment_name}-ecs-tasks-execution-role-policy"
  role   = aws_iam_role.task_executor.id
  policy = data.aws_iam_policy_document.task_executor.json
}

data "aws_iam_policy_document" "task_executor" {
  statement {
    actions = [
      "logs:CreateLogStream",
      "logs:PutLogEvents"
    ]

    resources = ["${aws_cloudwatch_log_group.ecs_tasks.arn}:*"]
  }

  statement {
    actions = [
      "ecr:GetAuthorizationToken",
      "ecr:BatchCheckLayerAvailability",
      "ecr:GetDownloadUrlForLayer",
      "ecr:BatchGetImage"
    ]

    resources = ["*"]
  }

  statement {
    actions = [
      "ssm:GetParameter",
      "ssm:GetParameters"
    ]

    resources = [
      "${local.ssm_arn_prefix}/${local.app_name}/${var.environment_name}/*",
      "${local.ssm_arn_prefix}/${local.app_name}/common/*",
      "arn:aws:ssm:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:parameter/admin/*"
    ]
  }
}

# ===== dor-import

resource "aws_iam_role" "dor_import_task_role" {
  name               = "${local.app_name}-${var.environment_name}-ecs-tasks-dor-import"
  assume_role_policy = data.aws_iam_policy_document.ecs_tasks_assume_role_policy.json
}

resource "aws_iam_role_policy" "dor_import_task_role_policy" {
  name   = "${local.app_name}-${var.environment_name}-ecs-tasks-dor-import-policy"
  role   = aws_iam_role.dor_import_task_role.id
  policy = data.aws_iam_policy_document.dor_import_task_role_policy.json
}

data "aws_iam_policy_document" "dor_import_task_role_policy" {
  statement {
    actions   = ["s3:ListBucket"]
    resources = [data.aws_s3_bucket.agency_transfer.arn]

    # StringEquals would compare the asterisk literally.
    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["dor/*"]
    }
  }

  statement {
    actions = [
      "s3:GetObject",
      "s3:PutObject",
      "s3:DeleteObject"
    ]

    resources = ["${data.aws_s3_bucket.agency_transfer.arn}/dor/*"]
  }
}

# ===== fineos-bucket-tool

resource "aws_iam_role" "fineos_bucket_tool_role" {
  name               = "${local.app_name}-${var.environment_name}-ecs-tasks-fineos-bucket-tool"
  assume_role_policy = data.aws_iam_policy_document.ecs_tasks_assume_role_policy.json
}

resource "aws_iam_role_policy" "fineos_bucket_tool_role_policy" {
  name   = "${local.app_name}-${var.environment_name}-ecs-tasks-fineos-bucket-tool-policy"
  role   = aws_iam_role.fineos_bucket_tool_role.id
  policy = data.aws_iam_policy_document.fineos_bucket_tool_role_policy.json
}

data "aws_iam_policy_document" "fineos_bucket_tool_role_policy" {
  statement {
    actions   = ["sts:AssumeRole"]
    resources = [var.fineos_aws_iam_role_arn]
  }

  statement {
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.business_intelligence_tool.arn]
  }

  statement {
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.business_intelligence_tool.arn}/fineos/*"]
  }
}

# ===== reductions-process-agency-data

resource "aws_iam_role" "reductions_workflow_task_role" {
  name               = "${local.app_name}-${var.environment_name}-ecs-tasks-reductions-workflow"
  assume_role_policy = data.aws_iam_policy_document.ecs_tasks_assume_role_policy.json
}

resource "aws_iam_role_policy" "reductions_workflow_task_role_policy" {
  name   = "${local.app_name}-${var.environment_name}-ecs-tasks-reductions-workflow-policy"
  role   = aws_iam_role.reductions_workflow_task_role.id
  policy = data.aws_iam_policy_document.reductions_workflow_task_role_policy.json
}

data "aws_iam_policy_document" "reductions_workflow_task_role_policy" {
  statement {
    actions = ["s3:ListBucket"]

    resources = [
      data.aws_s3_bucket.agency_transfer.arn,
      data.aws_s3_bucket.reports.arn
    ]
  }

  statement {
    actions = [
      "s3:GetObject",
      "s3:PutObject",
      "s3:DeleteObject"
    ]

    resources = [
      "${data.aws_s3_bucket.agency_transfer.arn}/reductions/*",
      "${data.aws_s3_bucket.reports.arn}/reductions/*"
    ]
  }

  statement {
    actions   = ["ses:SendRawEmail"]
    resources = ["*"]
  }
}

# Reads what the default execution role reads, and the secrets of local.eolwd_moveit_access.
# An IAM role's name has at most 64 characters, hence not the task's whole name.
resource "aws_iam_role" "reductions_workflow_execution_role" {
  name               = "${local.app_name}-${var.environment_name}-ecs-tasks-reductions-execution-role"
  assume_role_policy = data.aws_iam_policy_document.ecs_tasks_assume_role_policy.json
}

resource "aws_iam_role_policy" "reductions_workflow_execution_role_policy" {
  name   = "${local.app_name}-${var.environment_name}-ecs-tasks-reductions-execution-role-policy"
  role   = aws_iam_role.reductions_workflow_execution_role.id
  policy = data.aws_iam_policy_document.reductions_workflow_execution_role_policy.json
}

data "aws_iam_policy_document" "reductions_workflow_execution_role_policy" {
  statement {
    actions = [
      "logs:CreateLogStream",
      "logs:PutLogEvents"
    ]

    resources = ["${aws_cloudwatch_log_group.ecs_tasks.arn}:*"]
  }

  statement {
    actions = [
      "ecr:GetAuthorizationToken",
      "ecr:BatchCheckLayerAvailability",
      "ecr:GetDownloadUrlForLayer",
      "ecr:BatchGetImage"
    ]

    resources = ["*"]
  }

  statement {
    actions = [
      "ssm:GetParameter",
      "ssm:GetParameters"
    ]

    resources = [
      "${local.ssm_arn_prefix}/${local.app_name}/${var.environment_name}/*",
      "${local.ssm_arn_prefix}/${local.app_name}/common/*",
      "${local.ssm_arn_prefix}/${local.app_name}-comptroller/${var.environment_name}/*",
      "arn:aws:ssm:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:parameter/admin/*"
    ]
  }
}

# ===== nightly-files

# What nightly-files may do while it runs.
resource "aws_iam_role" "nightly_files_task_role" {
  name               = "${local.app_name}-${var.environment_name}-ecs-tasks-nightly-files"
  assume_role_policy = data.aws_iam_policy_document.ecs_tasks_assume_role_policy.json
}

# The objects that start nightly-files.
resource "aws_iam_role_policy" "nightly_files_task_role_s3" {
  name   = "${local.app_name}-${var.environment_name}-ecs-tasks-nightly-files-s3"
  role   = aws_iam_role.nightly_files_task_role.id
  policy = data.aws_iam_policy_document.nightly_files_task_role_s3.json
}

data "aws_iam_policy_document" "nightly_files_task_role_s3" {
  statement {
    sid       = "ListObjects"
    actions   = ["s3:ListBucket"]
    resources = [data.aws_s3_bucket.reports.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["files/*"]
    }
  }

  statement {
    sid       = "ReadObjects"
    actions   = ["s3:GetObject"]
    resources = ["${data.aws_s3_bucket.reports.arn}/files/*"]
  }
}
