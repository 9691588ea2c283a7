module "{{ label }}" {
  source     = "../../modules/ecs_task_scheduler"
  is_enabled = {{ is_enabled }}
  task_name  = {{ task_nam }}
}
