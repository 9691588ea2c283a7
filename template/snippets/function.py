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


{{ cookiecutter.__worker_signature }}
{% if cookiecutter.__options %}
    logger.info("Starting", extra={"arguments": vars(args)})
{% elif not cookiecutter.__s3_path %}
    logger.info("Starting")
{% endif %}
{% if cookiecutter.__s3_folder %}
    for file_name in file_util.list_files(path, recursive=True):
        logger.info("Found %s%s", path, file_name)
{% elif cookiecutter.__s3_path %}
    bucket_name, prefix = file_util.split_s3_url(path)
    for file in boto3.resource("s3").Bucket(bucket_name).objects.filter(Prefix=prefix):
        logger.info("Found s3://%s/%s", bucket_name, file.key)
{% endif %}
