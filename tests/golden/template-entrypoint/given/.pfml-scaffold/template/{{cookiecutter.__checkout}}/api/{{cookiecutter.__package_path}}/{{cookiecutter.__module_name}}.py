"""{{ cookiecutter.name }}, a background task of this team.

Its runbook: pfml-scaffold runbook {{ cookiecutter.name }} --environment test --author first.last
"""
{% if cookiecutter.__options %}
import argparse
import sys
from typing import List

{% endif %}
import massgov.pfml.util.logging as logging
{% if cookiecutter.__db %}
from massgov.pfml import db
{% endif %}
from massgov.pfml.util.bg import background_task

logger = logging.get_logger(__name__)


{% include "function.py" %}


if __name__ == "__main__":
    {{ cookiecutter.function }}()
