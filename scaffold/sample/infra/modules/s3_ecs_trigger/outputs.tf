output "lambda_arn" {
  description = "Function for the bucket's notification to call"
  value       = aws_lambda_function.task_trigger.arn
}
