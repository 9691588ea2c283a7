"""The rules of AWS as pure functions: schedules, names, actions, sizes. No checkout, no Terraform."""
