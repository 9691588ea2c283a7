from massgov.pfml.dor.importer.dor_export import run


def test_run(caplog):
    caplog.set_level("INFO")

    run()

    assert "Starting" in caplog.text
