# What ECS may do to start {{ name }}: all that the default execution role may{% if paths %}, and its own secrets{% endif %}.
resource "aws_iam_role" "{{ resource }}" {
  name = "{{ role_name }}"
  assume_role_policy = {{ assume_role_policy }}
}
{% for policy in default_policies %}

resource "aws_iam_role_policy" "{{ resource }}_default{{ "" if loop.first else "_%d" % loop.index }}" {
  name = "{{ role_name }}-default{{ "" if loop.first else "-%d" % loop.index }}"
  role = aws_iam_role.{{ resource }}.id
  policy = {{ policy }}
}
{% endfor %}
{% for policy_arn in default_attachments %}

resource "aws_iam_role_policy_attachment" "{{ resource }}_default{{ "" if loop.first else "_%d" % loop.index }}" {
  role = aws_iam_role.{{ resource }}.name
  policy_arn = {{ policy_arn }}
}
{% endfor %}
