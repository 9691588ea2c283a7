"""Runs before cookiecutter renders: refuses whatever `pfml-scaffold task` would refuse."""

import sys

del sys.path[0]  # the folder of this script: a shared folder for temporary files

import json
import os

if sys.version_info < (3, 11):
    sys.exit(f"error: pfml-scaffold needs Python 3.11 or later, but cookiecutter runs in {sys.version.split()[0]}.")

answers = json.loads(r'''{{ cookiecutter | tojson }}''')
sys.path.insert(0, os.path.dirname(answers["_repo_dir"]))  # the code of this template
try:
    from scaffold.cli.cookiecutter import refuse

    sys.exit(refuse(answers))
except ImportError as error:
    sys.exit(f"error: {error}. Install pfml-scaffold in the environment of cookiecutter, {sys.prefix}.")
