"""The package of a new task by its name, among the names and modules that a real checkout has."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.changes.module import modules_for
from scaffold.files.checkout import Checkout
from scaffold.files.layout import PYPROJECT_FILE, TASKS_FILE
from scaffold.pfml.packages import fitting_package, packages
from scaffold.terraform.folder import Folder

TASKS = {
    "db-migrate-up": "db.migrations.run:up",
    "db-migrate-down": "db.migrations.run:down",
    "db-admin-create-db-users": "db.admin:create_users",
    "db-create-fineos-user": "db.create_api_user:create_fineos_user",
    "db-create-servicenow-user": "db.create_api_user:create_service_now_user",
    "execute-sql": "db.execute_sql:execute_sql",
    "dor-import": "dor.importer.import_dor:handler",
    "dor_create_pending_filing_submission": "dor.pending_filing.pending_filing_submission:handler",
    "dor-pending-filing-response-import": "dor.pending_filing.pending_filing_response:handler",
    "dor-import-exempt": "dor.importer.import_exempt_dor:handler",
    "fineos-import-employee-updates": "fineos.import_fineos_updates:handler",
    "fineos-import-la-units": "fineos.import_fineos_leave_admin_org_units:handler",
    "register-leave-admins-with-fineos": "fineos.leave_admin_creation.register_leave_admins_with_fineos:main",
    "load-employers-to-fineos": "fineos.employer_load:handler",
    "reductions-process-agency-data": "reductions.process_agency_data:main",
    "reductions-send-claimant-lists": "reductions.send_claimant_lists_to_agencies:main",
    "pub-payments-create-pub-files": "delegated_payments.task.process_pub_payments:main",
    "pub-payments-process-pub-returns": "delegated_payments.task.process_pub_responses:main",
    "fineos-eligibility-feed-export": "fineos.eligibility_feed_export.eligibility_export:main",
    "pub-payments-process-fineos": "delegated_payments.task.process_fineos_extracts:main",
    "pub-payments-copy-audit-report": "delegated_payments.audit.copy_audit_report_task:main",
    "pub-claimant-address-validation": "delegated_payments.task.process_claimant_address_validation:main",
    "fineos-import-iaww": "delegated_payments.task.process_iaww_from_fineos:main",
    "fineos-bucket-tool": "fineos.tool.bucket:main",
    "sftp-tool": "sftp.utility:main",
    "cps-errors-crawler": "fineos.etl.cps_errors_crawler:main",
    "import-fineos-to-warehouse": "fineos.import_fineos_to_warehouse:handler",
    "update-gender-data-from-rmv": "rmv.update_gender_data:main",
    "evaluate-new-eligibility": "evaluate_new_eligibility.report:evaluate_new_eligibility",
    "dua-import-employer": "dua.import_employer:main",
    "dua-backfill-employee-gender": "dua.gender_backfill:main",
    "report-sequential-employment": "report.sequential_employment:main",
    "mfa-lockout-resolution": "mfa.task.mfa_lockout_resolution:main",
    "backfill-benefit-years": "api.eligibility.task.backfill_benefit_years:main",
}
EXPECTED = {
    # the longest leading words
    "dor-import-lists": ("dor.importer", "in the package of the dor-import-… tasks"),
    "dua-send-wages": ("dua", "in the package of the dua-… tasks"),
    "reductions-check-lists": ("reductions", "in the package of the reductions-… tasks"),
    "pub-payments-process-refunds": ("delegated_payments.task", "in the package of the pub-payments-process-… tasks"),
    "db-create-auditor": ("db", "in the package of the db-create-… tasks"),
    # most of them
    "fineos-import-names": ("fineos", "in the package of most of the fineos-import-… tasks"),
    "fineos-bucket-check": ("fineos", "in the package of most of the fineos-… tasks"),
    "pub-payments-copy-files": ("delegated_payments.task", "in the package of most of the pub-payments-… tasks"),
    "pub-refunds": ("delegated_payments.task", "in the package of most of the pub-… tasks"),
    "db-cleanup": ("db", "in the package of most of the db-… tasks"),
    # as many in one as in another
    "dor-export": ("dor", "in the package that contains the dor-… tasks"),
    # one task whose name, or whose package's, is in the new name
    "execute-sql-export": ("db", "in the package of execute-sql"),
    "dua-import-wages": ("dua", "in the package of dua-import-employer"),
    "sftp-check": ("sftp", "in the package of sftp-tool"),
    "report-benefits": ("report", "in the package of report-sequential-employment"),
    "dor-pending-filing-check": ("dor.pending_filing", "in the package of dor-pending-filing-response-import"),
    # a package of the first word
    "rmv-check": ("rmv", "in the package of update-gender-data-from-rmv"),
    "mfa-reset": ("mfa.task", "in the package of mfa-lockout-resolution"),
    # a verb, or nothing, in common
    "import-files": ("", ""),
    "update-names": ("", ""),
    "load-people": ("", ""),
    "backfill-names": ("", ""),
    "evaluate-old-rules": ("", ""),
    "my-new-task": ("", ""),
}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A checkout with these tasks and nothing else."""
    entries = "".join(f'    "{name}" = {{\n      command = ["{name}"]\n    }},\n' for name in TASKS)
    _write(tmp_path / TASKS_FILE, f"locals {{\n  tasks = {{\n{entries}  }}\n}}\n")
    scripts = "".join(f'{name} = "massgov.pfml.{reference}"\n' for name, reference in TASKS.items())
    _write(tmp_path / PYPROJECT_FILE, f"[tool.poetry.scripts]\n{scripts}")
    for reference in TASKS.values():
        _write(tmp_path / f"api/massgov/pfml/{reference.partition(':')[0].replace('.', '/')}.py", "")
    return Folder.of(Checkout(tmp_path))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("name", EXPECTED)
def test_where_a_new_task_belongs(name: str, folder: Folder) -> None:
    package = fitting_package(folder, name)
    shown = (package.name.removeprefix("massgov.pfml."), package.reason) if package else ("", "")
    assert shown == EXPECTED[name]


def test_the_best_package_comes_first_then_similar_tasks_then_the_most_used(folder: Folder) -> None:
    names = [package.name.removeprefix("massgov.pfml.") for package in packages(folder, "dor-export")]
    assert names[:4] == ["dor", "dor.importer", "dor.pending_filing", "delegated_payments.task"]
    assert sorted(names[1:]) == sorted({reference.partition(":")[0].rpartition(".")[0] for reference in TASKS.values()})
    assert modules_for("dor-export", folder.checkout)[-1] == "massgov.pfml.tasks.dor_export"


@pytest.mark.parametrize(
    ("reference", "files", "package"),
    [
        ("massgov.pfml.some.thing:main", ["some/thing.py"], "massgov.pfml.some"),
        ("massgov.pfml.some.thing.__main__:main", ["some/thing/__main__.py"], "massgov.pfml.some.thing"),
        ("massgov.pfml.some.thing:main", ["some/thing/__init__.py"], "massgov.pfml.some.thing"),
        ("massgov.pfml.some.thing:main", [], ""),
        ("bin/some-thing.sh", ["some/thing.py"], ""),
        ("main", [], ""),
        ("thing:main", [], ""),
    ],
)
def test_the_package_of_one_task(reference: str, files: list[str], package: str, tmp_path: Path) -> None:
    _write(tmp_path / TASKS_FILE, 'locals {\n  tasks = {\n    "some-thing" = { command = ["some-thing"] }\n  }\n}\n')
    _write(tmp_path / PYPROJECT_FILE, f'[tool.poetry.scripts]\nsome-thing = "{reference}"\n')
    for file in files:
        _write(tmp_path / "api/massgov/pfml" / file, "")
    known = fitting_package(Folder.of(Checkout(tmp_path)), "some-thing-again")
    assert (known.name if known else "") == package
