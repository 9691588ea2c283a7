data "aws_vpc" "vpc" {
  tags = {
    "aws:cloudformation:stack-name" = "pfml-nonprod"
  }
}

data "aws_subnet_ids" "vpc_app" {
  vpc_id = data.aws_vpc.vpc.id

  filter {
    name   = "tag:Name"
    values = ["*-Private*"]
  }
}
