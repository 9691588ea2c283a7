resource "aws_iam_role_policy" "{{ resource }}_secrets" {
  name = "{{ role_name }}-secrets"
  role = aws_iam_role.{{ resource }}.id
  policy = data.aws_iam_policy_document.{{ resource }}_secrets.json
}

data "aws_iam_policy_document" "{{ resource }}_secrets" {
  statement {
    actions = [
      "ssm:GetParameter",
      "ssm:GetParameters"
    ]
    resources = [
      {{ arns | join(",\n      ") }}
    ]
  }
}
