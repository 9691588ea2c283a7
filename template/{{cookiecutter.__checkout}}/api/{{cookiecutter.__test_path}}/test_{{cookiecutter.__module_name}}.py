{% if cookiecutter.__s3_path %}
import boto3

{% endif %}
{{ cookiecutter.__test_import }}


{% include "test_function.py" %}
