data "aws_caller_identity" "current" {}

module "constants" {
  source = "../../constants"
}
