"""Rules about S3 triggers and notifications."""
