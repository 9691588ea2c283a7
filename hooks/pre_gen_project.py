"""Before cookiecutter renders a file: refuses what `pfml-scaffold task` would refuse."""

import sys

del sys.path[0]  # where this script is now: the folder for temporary files, which is anybody's

import json
import os

if sys.version_info < (3, 11):
    sys.exit(f"error: pfml-scaffold needs Python 3.11 or later, and cookiecutter runs in {sys.version.split()[0]}.")

answers = json.loads(r'''{{ cookiecutter | tojson }}''')
sys.path.insert(0, os.path.dirname(answers["_repo_dir"]))  # the code that these questions belong to
try:
    from scaffold.cli.cookiecutter import refuse

    sys.exit(refuse(answers))
except ImportError as error:
    sys.exit(f"error: {error}. Install pfml-scaffold where cookiecutter is, which is {sys.prefix}.")
