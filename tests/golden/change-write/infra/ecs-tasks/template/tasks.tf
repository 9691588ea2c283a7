# Every background task, and the one resource that turns each entry into an ECS task definition.
#
# The key names the task and its container. The command is a script of api/pyproject.toml.
# Left out, an attribute takes its default: no task role, the common execution role, 1024 CPU units, 2048 MiB.
# In `env`, `value` makes an environment variable and `valueFrom` a secret from the parameter store.

locals {
  tasks = {
    "load-employers-to-fineos" = {
      command = ["load-employers-to-fineos"]
      env = [
        local.db_access,
        local.fineos_api_access
      ]
    },

    "dor-import" = {
      command   = ["dor-import"],
      task_role = aws_iam_role.dor_import_task_role.arn,
      cpu       = 4096,
      memory    = 18432,
      env = [
        local.db_access,
        { name : "FOLDER_PATH", value : "s3://${data.aws_s3_bucket.agency_transfer.id}/dor/received" },
        { name : "GPG_DECRYPTION_KEY", valueFrom : "/service/${local.app_name}/${var.environment_name}/dor-gpg-decryption-key" }
      ]
    }

    "fineos-bucket-tool" = {
      command   = ["fineos-bucket-tool"]
      task_role = aws_iam_role.fineos_bucket_tool_role.arn
      env = [
        local.fineos_s3_access
      ]
    }

    "reductions-process-agency-data" = {
      command        = ["reductions-process-agency-data"]
      task_role      = aws_iam_role.reductions_workflow_task_role.arn
      execution_role = aws_iam_role.reductions_workflow_execution_role.arn
      cpu            = 2048
      memory         = 4096
      env = [
        local.db_access,
        local.eolwd_moveit_access,
        local.reductions_folders,
        local.emails_reductions
      ]
    },

    "nightly-files" = {
      command   = ["nightly-files"]
      task_role = aws_iam_role.nightly_files_task_role.arn
      env = [
        { name : "S3_PATH", value : "s3://${data.aws_s3_bucket.reports.id}/files/" }
      ]
    },
  }
}

data "aws_ecr_repository" "app" {
  name = local.app_name
}

resource "aws_ecs_task_definition" "ecs_tasks" {
  for_each = local.tasks

  family                   = "${local.app_name}-${var.environment_name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  task_role_arn            = lookup(each.value, "task_role", null)
  execution_role_arn       = lookup(each.value, "execution_role", aws_iam_role.task_executor.arn)
  cpu                      = tostring(lookup(each.value, "cpu", 1024))
  memory                   = tostring(lookup(each.value, "memory", 2048))

  container_definitions = jsonencode([
    {
      name      = each.key
      image     = "${data.aws_ecr_repository.app.repository_url}:${var.service_docker_tag}"
      command   = each.value.command
      cpu       = lookup(each.value, "cpu", 1024)
      memory    = lookup(each.value, "memory", 2048)
      essential = true

      # Whatever lacks a `value` counts as a secret, so that a mistyped key fails at apply instead of vanishing.
      environment = [for item in flatten(concat(lookup(each.value, "env", []), local.common)) : item if contains(keys(item), "value")]
      secrets     = [for item in flatten(concat(lookup(each.value, "env", []), local.common)) : item if !contains(keys(item), "value")]

      logConfiguration = {
        logDriver = "awslogs"
        options = {
          "awslogs-group"         = aws_cloudwatch_log_group.ecs_tasks.name
          "awslogs-region"        = data.aws_region.current.name
          "awslogs-stream-prefix" = var.environment_name
        }
      }
    }
  ])

  tags = merge(module.constants.common_tags, {
    environment = module.constants.environment_tags[var.environment_name]
  })
}
