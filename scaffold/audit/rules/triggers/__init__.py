"""Rules on S3 triggers and notifications."""
