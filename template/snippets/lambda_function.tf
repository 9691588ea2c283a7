{% if condition %}
  dynamic "lambda_function" {
    for_each = {{ condition }} ? [1] : []
    content {
      lambda_function_arn = module.{{ label }}.lambda_arn
      events = [{{ events | join(", ") }}]
{% if prefix %}
      filter_prefix = "{{ prefix }}"
{% endif %}
{% if suffix %}
      filter_suffix = "{{ suffix }}"
{% endif %}
    }
  }
{% else %}
  lambda_function {
    lambda_function_arn = module.{{ label }}.lambda_arn
    events = [{{ events | join(", ") }}]
{% if prefix %}
    filter_prefix = "{{ prefix }}"
{% endif %}
{% if suffix %}
    filter_suffix = "{{ suffix }}"
{% endif %}
  }
{% endif %}
