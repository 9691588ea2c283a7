from massgov.pfml.tasks.import_employer_lists import main


def test_main():
    # Without the decorator, which registers with New Relic and sets up logging for all later tests.
    main.__wrapped__()
