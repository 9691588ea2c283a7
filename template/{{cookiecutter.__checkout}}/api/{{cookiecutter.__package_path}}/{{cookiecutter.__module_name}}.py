{% if cookiecutter.__options %}
import argparse

{% endif %}
import massgov.pfml.util.logging as logging
{% if cookiecutter.__db %}
from massgov.pfml import db
{% endif %}
from massgov.pfml.util.bg import background_task

logger = logging.get_logger(__name__)


{% include "function.py" %}
