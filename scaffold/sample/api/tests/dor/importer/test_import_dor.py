from massgov.pfml.dor.importer import import_dor
from massgov.pfml.dor.mock.generate import generate


def test_handler_imports_the_files_of_the_folder(tmp_path, monkeypatch, logging_fix, caplog):
    caplog.set_level("INFO")
    monkeypatch.setenv("FOLDER_PATH", str(tmp_path))
    generate(tmp_path, count=3)

    import_dor.handler()

    (record,) = [r for r in caplog.records if r.getMessage() == "imported a file"]
    assert (record.file, record.employers) == ("employers.csv", 3)


def test_import_file_twice_keeps_one_row_an_employer(tmp_path, test_db_session):
    path = generate(tmp_path, count=2)

    import_dor.import_file(test_db_session, path)
    import_dor.import_file(test_db_session, path)

    assert test_db_session.execute("SELECT COUNT(*) FROM employer").fetchone() == (2,)
