module "{{ label }}" {
  source = "../../modules/s3_ecs_trigger"

  task_name     = "{{ name }}"
  s3_bucket_arn = {{ bucket }}.arn
}
