{% if cookiecutter.__db %}
from unittest import mock

from massgov.pfml import db
{% endif %}
{{ cookiecutter.__test_import }}


{% include "test_function.py" %}
