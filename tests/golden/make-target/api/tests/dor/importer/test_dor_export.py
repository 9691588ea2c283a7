from massgov.pfml.dor.importer.dor_export import main


def test_main():
    # Without the decorator, which registers with New Relic and sets up logging for all later tests.
    main.__wrapped__()
