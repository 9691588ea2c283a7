# One copy of this folder is applied per environment; see ../environments.

terraform {
  required_version = ">= 0.14"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "3.74.1"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

locals {
  app_name = "pfml-api"
}

module "constants" {
  source = "../../constants"
}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}
