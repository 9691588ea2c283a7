resource "aws_s3_bucket_notification" "{{ resource }}" {
{% if condition %}
  count = {{ condition }} ? 1 : 0
{% endif %}
  bucket = {{ bucket }}.id

{{ lambda_function }}
}
