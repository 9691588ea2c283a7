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
{% if cookiecutter.__db %}
    with db.session_scope(db.init(), close=True) as db_session:
        {{ cookiecutter.__worker }}(db_session{% if cookiecutter.__options %}, args{% endif %})


{{ cookiecutter.__worker_signature }}
{% endif %}
{% if cookiecutter.__options %}
    logger.info("Starting", extra={"arguments": vars(args)})
{% else %}
    logger.info("Starting")
{% endif %}
