from massgov.pfml.fineos import employer_load


def test_handler(logging_fix, caplog):
    caplog.set_level("INFO")

    employer_load.handler()

    assert "loaded employers" in caplog.messages


def test_load_all_skips_the_employers_that_fineos_knows(test_db_session):
    test_db_session.execute("INSERT INTO employer VALUES ('1', 'Known', 7), ('2', 'New', NULL)")

    assert employer_load.load_all(test_db_session) == 1
    assert employer_load.load_all(test_db_session) == 0
