variable "{{ variable }}" {
  description = "Enable {{ what | replace('schedule', 'scheduling') | replace('trigger', 'S3 trigger') }} for '{{ name }}' ECS task"
  type = bool
  default = false
}
