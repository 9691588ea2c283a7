data "aws_db_instance" "default" {
  db_instance_identifier = "massgov-pfml-${var.environment_name}"
}
