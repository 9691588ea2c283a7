from massgov.pfml.tasks.my_new_task_name import run


def test_run(caplog):
    caplog.set_level("INFO")

    run()

    assert "Starting" in caplog.text
