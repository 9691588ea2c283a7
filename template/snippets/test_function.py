{{ cookiecutter.__test_signature }}
    caplog.set_level("INFO")
{% if cookiecutter.__s3_path %}
    s3 = boto3.client("s3")
    s3.put_object(Bucket=mock_s3_bucket, Key="received/file.csv", Body="")
    s3.put_object(Bucket=mock_s3_bucket, Key="processed/file.csv", Body="")
{% endif %}

{{ cookiecutter.__test_call }}

{% if cookiecutter.__s3_path %}
    assert f"s3://{mock_s3_bucket}/received/file.csv" in caplog.text
    assert f"s3://{mock_s3_bucket}/processed/file.csv" not in caplog.text
{% else %}
    assert "Starting" in caplog.text
{% endif %}
