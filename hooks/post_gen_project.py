"""Runs after cookiecutter rendered into a temporary folder: removes that, and runs `pfml-scaffold task`."""

import sys

del sys.path[0]  # the folder of this script: a shared folder for temporary files

import json
import os

answers = json.loads(r'''{{ cookiecutter | tojson }}''')
sys.path.insert(0, os.path.dirname(answers["_repo_dir"]))  # the code of this template

from scaffold.cli.cookiecutter import make

sys.exit(make(answers))
