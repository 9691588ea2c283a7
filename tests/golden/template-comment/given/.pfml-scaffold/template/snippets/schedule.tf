# {{ task }}: {{ times }}.
{% if timezone %}
# Follows {{ timezone }}: {{ local_times | join(" or ") }}.
{% endif %}
# On in {{ environments | join(", ") or "no environment" }}.
module "{{ label }}" {
  # Owned by our-team.
  source = "../../modules/ecs_task_scheduler"
  is_enabled = {{ is_enabled }}

  task_name = "{{ name }}"
{% for argument, expression in expressions %}
  {{ argument }} = "{{ expression }}"
{% endfor %}
  environment_name = var.environment_name

  cluster_arn = data.aws_ecs_cluster.cluster.arn
  app_subnet_ids = var.app_subnet_ids
  security_group_ids = [aws_security_group.tasks.id]

  ecs_task_definition_arn = aws_ecs_task_definition.ecs_tasks["{{ key }}"].arn
  ecs_task_definition_family = aws_ecs_task_definition.ecs_tasks["{{ key }}"].family
  ecs_task_executor_role = {{ execution_role }}
{% if task_role %}
  ecs_task_role = {{ task_role }}
{% endif %}
{% if argv %}

  input = <<JSON
  {
    "containerOverrides": [
      {
        "name": "{{ container }}",
        "command": [
          {{ argv | join(",\n          ") }}
        ]
      }
    ]
  }
  JSON
{% endif %}
}
