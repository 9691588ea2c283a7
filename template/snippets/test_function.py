{{ cookiecutter.__test_signature }}
{% if cookiecutter.__options %}
    monkeypatch.setattr("sys.argv", ["entrypoint"])
{% endif %}
{% if cookiecutter.__db %}
    monkeypatch.setattr(db, "init", mock.MagicMock())
{% endif %}
    # Without the decorator, which registers with New Relic and sets up logging for all later tests.
    {{ cookiecutter.__test_call }}.__wrapped__()
{% if cookiecutter.__db %}
    db.init.return_value.commit.assert_called_once_with()
    db.init.return_value.close.assert_called_once_with()
{% endif %}
