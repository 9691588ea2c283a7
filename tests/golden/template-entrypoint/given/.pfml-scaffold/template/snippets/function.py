{% if cookiecutter.__options %}
def parse_args(args: List[str]) -> argparse.Namespace:
{{ cookiecutter.__parser }}
{{ cookiecutter.__options }}
    return parser.parse_args(args)


{% endif %}
{{ cookiecutter.__decorator }}
{{ cookiecutter.__signature }}
{% if cookiecutter.__docstring %}
{{ cookiecutter.__docstring }}
{% endif %}
{% if cookiecutter.__options %}
    args = parse_args(sys.argv[1:])
{% endif %}
{% if cookiecutter.__db %}
    with db.session_scope(db.init(), close=True) as db_session:
{% endif %}
{{ cookiecutter.__worker_call }}
    logger.info("Done")


{{ cookiecutter.__worker_signature }}
    logger.info("Starting", extra={"team": "our-team"})
