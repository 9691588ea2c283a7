"""After cookiecutter rendered its files into a temporary folder: removes it, and runs `pfml-scaffold task`."""

import sys

del sys.path[0]  # where this script is now: the folder for temporary files, which is anybody's

import json
import os

answers = json.loads(r'''{{ cookiecutter | tojson }}''')
sys.path.insert(0, os.path.dirname(answers["_repo_dir"]))  # the code that these questions belong to

from scaffold.cli.cookiecutter import make

sys.exit(make(answers))
