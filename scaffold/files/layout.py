"""Where files are in a PFML checkout."""

from __future__ import annotations

TASKS_FILE = "infra/ecs-tasks/template/tasks.tf"
PYPROJECT_FILE = "api/pyproject.toml"
MAKEFILE = "api/Makefile"

TEMPLATE = "infra/ecs-tasks/template"
ENVIRONMENTS = "infra/ecs-tasks/environments"
