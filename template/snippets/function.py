{% if cookiecutter.__options %}
def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description={{ cookiecutter.function }}.__doc__)
{{ cookiecutter.__options }}
    return parser.parse_args()


{% endif %}
{{ cookiecutter.__decorator }}
def {{ cookiecutter.function }}() -> None:
{% if cookiecutter.__docstring %}
{{ cookiecutter.__docstring }}
{% endif %}
{% if cookiecutter.__options %}
    args = parse_args()
{% endif %}
{% if cookiecutter.__db %}
    with db.session_scope(db.init(), close=True) as db_session:
        {{ cookiecutter.__worker }}(db_session{% if cookiecutter.__options %}, args{% endif %})


def {{ cookiecutter.__worker }}(db_session: db.Session{% if cookiecutter.__options %}, args: argparse.Namespace{% endif %}) -> None:
{% endif %}
{% if cookiecutter.__options %}
    logger.info("Starting", extra={"arguments": vars(args)})
{% else %}
    logger.info("Starting")
{% endif %}
