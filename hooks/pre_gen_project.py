"""Runs before cookiecutter renders: refuses whatever `pfml-scaffold task` would refuse."""

import sys

del sys.path[0]  # the folder of this script: a shared folder for temporary files

import json
import os

if sys.version_info < (3, 11):
    sys.exit(f"error: pfml-scaffold needs Python 3.11 or later, but cookiecutter runs in {sys.version.split()[0]}.")

answers = json.loads(r'''{{ cookiecutter | tojson }}''')
# Without hooks there would be no task, so the template needs this value: {{ cookiecutter.update(__hooks="run") }}
folder = os.path.abspath(answers["_repo_dir"])
while not os.path.isdir(os.path.join(folder, "scaffold")) and folder != os.path.dirname(folder):
    folder = os.path.dirname(folder)  # to the one with the code of this template
sys.path.insert(0, folder)
try:
    from scaffold.cli.cookiecutter import refuse

    sys.exit(refuse(answers))
except ImportError as error:
    sys.exit(f"error: {error}. Install pfml-scaffold in the environment of cookiecutter, {sys.prefix}.")
