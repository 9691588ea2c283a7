"""The picture of the catalog in docs/, which the tests make: of the page that the sample has now."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import Run
from tests.helpers import ROOT

PICTURE = ROOT / "docs/catalog.png"
PAGE = ROOT / "docs/commands/catalog.md"
_HASH = re.compile(r"<!-- the page in the picture: (\w*) -->")
COMMAND = "catalog --environment prod --from 2026-03-06"


@pytest.fixture
def file(sample: Path, run: Run, tmp_path: Path) -> Path:
    result = run(f"{COMMAND} --output {tmp_path}/catalog.html")
    assert result.exit_code == 0, result.output
    return tmp_path / "catalog.html"


def test_the_picture_is_of_the_page_as_it_is_now(file: Path, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--rewrite-golden"):
        _take(file, request.getfixturevalue("browser"))
    noted = _HASH.search(PAGE.read_text(encoding="utf-8"))
    assert noted and noted[1] == _hash(file), (
        "run `make docs` where Chromium is installed, and look at docs/catalog.png"
    )
    assert PICTURE.read_bytes().startswith(b"\x89PNG")


def _take(file: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1100, "height": 1400}, color_scheme="light")
    page.goto(file.as_uri())
    page.screenshot(path=PICTURE)
    page.close()
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_HASH.sub(f"<!-- the page in the picture: {_hash(file)} -->", text), encoding="utf-8")


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
