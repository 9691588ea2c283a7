"""A headless Chromium, the one of the system's packages; without one these tests are skipped, and say so."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.conftest import NO_BROWSER

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Chromium's sandbox needs rights that containers do not have; the pages are the tests' own.
ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS])
        yield browser
        browser.close()


class Visit:
    """A page that is open. said: its console messages and errors. requested: the addresses that it asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self.requested: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", self._note)

    def _hear(self, message: ConsoleMessage) -> None:
        self.said.append(message.text)

    def _note(self, request: Request) -> None:
        self.requested.append(request.url)


Open = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Open a file. At the end it has said nothing, and has asked for nothing but itself."""
    visits: list[tuple[Visit, Path]] = []

    def opened(file: Path, fragment: str = "", **options: object) -> Visit:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})  # type: ignore[arg-type]
        visit = Visit(context.new_page())
        visit.page.goto(f"{file.as_uri()}{fragment}")
        visits.append((visit, file))
        return visit

    yield opened
    for visit, file in visits:
        visit.page.context.close()
        assert visit.said == []
        assert {address.partition("#")[0] for address in visit.requested} == {file.as_uri()}
