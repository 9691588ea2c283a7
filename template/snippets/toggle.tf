variable "{{ variable }}" {
  description = "Enable the {{ what }} of the ECS task '{{ name }}'"
  type = bool
  default = false
}
