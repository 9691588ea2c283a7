"""An audit as annotations of a GitHub workflow."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.audit import Audit
from scaffold.audit.finding import Severity
from scaffold.audit.reports.regions import Region, region_of
from scaffold.audit.reports.wording import sentence
from scaffold.files.printable import printable

_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def as_github(audit: Audit, folder: str = "") -> Iterator[str]:
    """Escaped workflow commands (GitHub Actions, "Setting a notice, warning or error message").

    folder: where the checkout is in the workspace of the workflow, with a slash at the end.
    """
    for rule, finding in audit.findings:
        properties = {"file": f"{folder}{finding.path}", **_place(region_of(audit.facts, finding)), "title": rule.name}
        listed = ",".join(f"{name}={printable(_property(value))}" for name, value in properties.items())
        yield f"::{_GITHUB[rule.severity]} {listed}::{_data(printable(sentence(finding)))}"


def _place(region: Region) -> dict[str, str]:
    """The properties of a region. Columns are for regions of one line; GitHub ignores them in others."""
    line, column, end_line, end_column = map(str, region)
    if line != end_line:
        return {"line": line, "endLine": end_line}
    return {"line": line, "col": column, "endLine": end_line, "endColumn": end_column}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
