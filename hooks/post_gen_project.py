"""Runs after cookiecutter rendered into a temporary folder: removes that, and runs `pfml-scaffold task`."""

import sys

del sys.path[0]  # the folder of this script: a shared folder for temporary files

import json
import os

answers = json.loads(r'''{{ cookiecutter | tojson }}''')
folder = os.path.abspath(answers["_repo_dir"])
while not os.path.isdir(os.path.join(folder, "scaffold")) and folder != os.path.dirname(folder):
    folder = os.path.dirname(folder)  # to the one with the code of this template
sys.path.insert(0, folder)

from scaffold.cli.cookiecutter import make

sys.exit(make(answers))
