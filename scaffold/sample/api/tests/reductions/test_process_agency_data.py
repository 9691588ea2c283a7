import pytest

from massgov.pfml.reductions import process_agency_data


@pytest.fixture
def inbound(tmp_path):
    (tmp_path / "DIA.csv").write_text("claimant-1,1000\nclaimant-2,250\n")
    (tmp_path / "DUA.csv").write_text("claimant-1,400\n")
    return tmp_path


def test_main_reports_what_it_imported(inbound, monkeypatch, logging_fix, caplog):
    caplog.set_level("INFO")
    monkeypatch.setenv("REDUCTIONS_INBOUND_PATH", str(inbound))
    monkeypatch.setattr("sys.argv", ["reductions-process-agency-data"])

    process_agency_data.main()

    paid = [(r.agency, r.cents) for r in caplog.records if r.getMessage() == "paid by agency"]
    assert paid == [("DIA", 1250), ("DUA", 400)]


def test_report_without_payments_is_empty(test_db_session):
    assert process_agency_data.report(test_db_session) == {}
