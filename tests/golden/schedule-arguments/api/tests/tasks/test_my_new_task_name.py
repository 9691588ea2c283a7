from massgov.pfml.tasks.my_new_task_name import parse_args, run


def test_run(caplog):
    caplog.set_level("INFO")

    run(parse_args([]))

    assert "Starting" in caplog.text
