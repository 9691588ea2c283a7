from __future__ import annotations

import pytest

from scaffold.audit.similar import nearest


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("dor-imports", "dor-import", True),
        ("dro-import", "dor-import", True),
        ("dor_import", "dor-import", True),
        ("dor-importer", "dor-import", True),
        ("dor-generator", "dor-generate", True),
        ("doriport", "dor-import", True),
        ("bulk-import", "bulk-user-import", True),
        ("test-ad-hoc-verification", "ad-hoc-verification", True),
        ("schedule_expression", "schedule_expression_standard", True),
        ("delegated-payment-eft-response-generate", "delegated-payment-check-response-generate", False),
        ("fineos-bucket-copy", "fineos-bucket-tool", False),
        ("fineos_aws_region", "fineos_aws_iam_role_arn", False),
        ("test-wages-import", "wages-import-report", False),
        ("db-migrate-down", "db-migrate-up", False),
    ],
)
def test_a_name_that_is_probably_meant(name: str, known: str, meant: bool) -> None:
    assert nearest(name, [known, "something-else"]) == (known if meant else "")


def test_the_most_similar_name_comes_first() -> None:
    assert nearest("dor-import", ["dor-import-exempt", "dor-imports"]) == "dor-imports"
