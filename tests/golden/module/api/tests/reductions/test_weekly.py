from massgov.pfml.reductions.weekly import main


def test_main():
    # Without the decorator, which registers with New Relic and sets up logging for all later tests.
    main.__wrapped__()
