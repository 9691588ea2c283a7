"""Where an entrypoint's module and its test are."""

from __future__ import annotations


def module_path(dotted: str) -> str:
    """api/massgov/pfml/dor/import_dor.py for massgov.pfml.dor.import_dor."""
    return f"api/{dotted.replace('.', '/')}.py"


def test_path(dotted: str) -> str:
    """api/tests/dor/test_import_dor.py for massgov.pfml.dor.import_dor."""
    package, _, name = dotted.rpartition(".")
    inner = package.removeprefix("massgov").removeprefix(".pfml").strip(".").replace(".", "/")
    return "/".join(part for part in ("api/tests", inner, f"test_{name}.py") if part)
