resource "aws_iam_role" "{{ resource }}" {
  name = "{{ role_name }}"
  assume_role_policy = = {{ assume_role_policy }}
}
