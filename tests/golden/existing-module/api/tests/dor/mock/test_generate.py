from massgov.pfml.dor.mock.generate import run


def test_run(test_db_session, caplog):
    caplog.set_level("INFO")

    run(test_db_session)

    assert "Starting" in caplog.text
