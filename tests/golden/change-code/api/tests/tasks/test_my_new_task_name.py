from massgov.pfml.tasks.my_new_task_name import parse_args, run


def test_run(test_db_session, caplog):
    caplog.set_level("INFO")

    run(test_db_session, parse_args([]))

    assert "Starting" in caplog.text
