{% if cookiecutter.__options %}
import argparse
{% endif %}
{% if cookiecutter.__s3_path %}
import os
{% endif %}
{% if cookiecutter.__options %}
import sys
from typing import List
{% endif %}
{% if cookiecutter.__options or cookiecutter.__s3_path %}

{% endif %}
{% if cookiecutter.__s3_path and not cookiecutter.__s3_folder %}
import boto3

{% endif %}
{% if cookiecutter.__s3_path %}
import massgov.pfml.util.files as file_util
{% endif %}
import massgov.pfml.util.logging as logging
{% if cookiecutter.__db %}
from massgov.pfml import db
{% endif %}
from massgov.pfml.util.bg import background_task

logger = logging.get_logger(__name__)


{% include "function.py" %}
