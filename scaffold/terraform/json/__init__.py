"""JSON inside Terraform: in heredocs and strings, in `jsonencode(…)`, and in template files.

`expressions.document_of` reads the JSON document that an expression evaluates to, `expressions.expression` a Terraform
expression as a JSON value, `text.parse_template` the text of a template file. Each returns a `values.Value` with
the byte at which it begins. Its data is a mapping, a tuple, a `JsonString` (a string whose interpolations are kept), a
number, a boolean, None, or `Unknown` (known only at deployment).
"""
