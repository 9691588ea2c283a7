"""The forms of the values of environments, as deviating-value compares them."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.audit.facts.environments.forms import OWN, forms, in_case, is_near
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.files.checkout import Checkout


@pytest.mark.parametrize(
    ("word", "other", "near"),
    [
        ("reports", "report", True),
        ("report", "reports", True),
        ("dataexports", "DataExport", True),
        ("http", "https", True),
        ("perview", "preview", True),
        ("training", "trainimg", True),
        ("report", "report", False),
        ("import", "export", False),
        ("dt2", "dt3", False),
        ("trn2", "trn3", False),
        ("day", "days", False),
        ("abcd", "badc", False),
        ("stage", "staging", False),
    ],
)
def test_words_are_near_if_one_letter_differs_or_two_are_exchanged(word: str, other: str, near: bool) -> None:
    assert is_near(word, other) is is_near(other, word) is near


@pytest.mark.parametrize(
    ("name", "form"), [("test", OWN), ("TEST", OWN.upper()), ("Test", OWN.title()), ("cps-preview", OWN)]
)
def test_the_own_name_keeps_its_case(name: str, form: str) -> None:
    assert in_case(name) == form


def test_an_environments_own_name_is_taken_out(sample: Path) -> None:
    by_name = forms(Facts(TolerantCheckout(Checkout(sample))))
    differing = {"fineos_client_customer_api_url", "fineos_aws_iam_role_arn", "fineos_data_export_path"}
    assert set(by_name) == {*differing, "output.environment_tags", "output.environment_shorthand"}
    prod = next(form for form in by_name["fineos_data_export_path"] if form.environment == "prod")
    assert (prod.own, prod.scheme, prod.host) == ("prod", "s3", "fineos-prod-data-export")
    assert prod.words - prod.rest == {"prod"}
    assert prod.rest == {"s3", "fineos", OWN, "data", "export", "dataexports"}
    preview = next(form for form in by_name["fineos_data_export_path"] if form.environment == "cps-preview")
    assert preview.own == "preview"  # its other values have that, too, and those of other environments do not
    assert preview.rest == prod.rest
