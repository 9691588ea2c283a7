provider "aws" {
  region = "us-east-1"
}

terraform {
  required_version = ">= 0.14"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "3.74.1"
    }
  }

  backend "s3" {
    bucket = "massgov-pfml-test-env-mgmt"
    key    = "terraform/ecs-tasks.tfstate"
    region = "us-east-1"
  }
}

module "tasks" {
  source = "../../template"

  environment_name   = "test"
  service_docker_tag = var.service_docker_tag
  vpc_id             = data.aws_vpc.vpc.id
  app_subnet_ids     = data.aws_subnet_ids.vpc_app.ids

  fineos_client_customer_api_url = "https://fineos-test.fineos.example.com/customerapi/"
  fineos_aws_iam_role_arn        = "arn:aws:iam::123456789012:role/fineos-test-customer-access"
  fineos_data_export_path        = "s3://fineos-test-data-export/dataexports"
  eolwd_moveit_sftp_uri          = "sftp://pfml@moveit.example.com"

  pfml_email_address              = "pfml-no-reply@example.com"
  bounce_forwarding_email_address = "pfml-bounces@example.com"
  agency_reductions_email_address = "agency-reductions@example.com"

  enable_reductions_process_agency_data_schedule = true
  enable_dor_import_trigger                      = true

  enable_my_new_task_name_trigger = false

  enable_my_other_task_name_trigger = false
}
