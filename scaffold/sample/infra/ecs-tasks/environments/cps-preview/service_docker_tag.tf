# The checkout this sample stands for remembers the last tag in its state; here it has to be given.
variable "service_docker_tag" {
  description = "Tag of the API's image, from `make build-and-publish`"
  type        = string
}
