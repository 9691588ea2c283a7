"""AWS's own rules as pure functions: schedules, names and Fargate sizes. No files, no Terraform."""
