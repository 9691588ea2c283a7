# Values that are the same everywhere, or a table by environment.

output "common_tags" {
  value = {
    agency        = "dfml"
    application   = "pfml"
    businessowner = "pfml-business@example.com"
    createdby     = "pfml-alerts@example.com"
    itowner       = "pfml-it@example.com"
    secretariat   = "eolwd"
  }
}

output "environment_tags" {
  value = {
    "cps-preview" = "qa"
    "prod"        = "prod"
    "test"        = "test"
  }
}

# For names with little room. Five characters at most.
output "environment_shorthand" {
  value = {
    "cps-preview" = "cpspr"
    "prod"        = "prod"
    "test"        = "test"
  }
}

# The function that forwards logs to New Relic.
output "newrelic_log_ingestion_arn" {
  value = "arn:aws:lambda:us-east-1:123456789012:function:newrelic-log-ingestion"
}
