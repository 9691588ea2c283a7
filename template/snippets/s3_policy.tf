# The objects that start {{ name }}.
resource "aws_iam_role_policy" "{{ resource }}_s3" {
  name = "{{ role_name }}-s3"
  role = aws_iam_role.{{ resource }}.id
  policy = data.aws_iam_policy_document.{{ resource }}_s3.json
}

data "aws_iam_policy_document" "{{ resource }}_s3" {
  statement {
    sid = "ListObjects"
    actions = ["s3:ListBucket"]
    resources = [{{ bucket }}.arn]
{% if prefix %}

    condition {
      test = "StringLike"
      variable = "s3:prefix"
      values = ["{{ prefix }}*"]
    }
{% endif %}
  }

  statement {
    sid = "ReadObjects"
    actions = ["s3:GetObject"]
    resources = ["${{ "{" }}{{ bucket }}.arn}/{{ prefix }}*"]
  }
{% if write %}

  statement {
    sid = "WriteObjects"
    actions = [
      "s3:PutObject",
      "s3:DeleteObject"
    ]
    resources = ["${{ "{" }}{{ bucket }}.arn}/{{ prefix }}*"]
  }
{% endif %}
}
