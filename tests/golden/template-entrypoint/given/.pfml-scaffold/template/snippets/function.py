{% if cookiecutter.__options %}
def parse_args() -> argparse.Namespace:
{{ cookiecutter.__parser }}
{{ cookiecutter.__options }}
    return parser.parse_args()


{% endif %}
{{ cookiecutter.__decorator }}
{{ cookiecutter.__signature }}
{% if cookiecutter.__docstring %}
{{ cookiecutter.__docstring }}
{% endif %}
{% if cookiecutter.__options %}
    args = parse_args()
{% endif %}
    logger.info("Starting", extra={"team": "our-team"})
{% if cookiecutter.__db %}
    with db.session_scope(db.init(), close=True) as db_session:
        {{ cookiecutter.__worker }}(db_session{% if cookiecutter.__options %}, args{% endif %})
{% endif %}
    logger.info("Done")
{% if cookiecutter.__db %}


{{ cookiecutter.__worker_signature }}
    logger.info("Working")
{% endif %}
