{{ cookiecutter.__test_signature }}
    {{ cookiecutter.__test_call }}.__wrapped__(
