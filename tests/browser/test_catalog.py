"""The page of `catalog` in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Open, Visit
from tests.conftest import Run
from tests.helpers import change

TASKS = "infra/ecs-tasks/template/tasks.tf"
BASE = "https://example.org/blob/main"
DATE = "--from 2026-03-06"
HOSTILE = (
    "</style></script><script>document.title = 'hacked'</script><img src=x onerror=document.title='hacked'>'&quot;"
)


@pytest.fixture
def page(sample: Path, run: Run, tmp_path: Path) -> Path:
    """The catalog of the sample."""
    file = tmp_path / "catalog.html"
    result = run(f"catalog --output {file} --base-url {BASE} {DATE}")
    assert result.exit_code == 0, result.output
    return file


def shown(visit: Visit) -> list[str]:
    """The tasks that are shown. Their texts, since rows that are not in view yet are not laid out."""
    return visit.page.locator("#table tbody tr:visible summary").all_text_contents()


def test_the_search_and_the_filters_show_what_matches(page: Path, visit: Open) -> None:
    opened = visit(page)
    everything = shown(opened)
    assert len(everything) == 4
    opened.page.get_by_label("Search").fill("FINEOS employers")
    assert shown(opened) == ["load-employers-to-fineos"]
    assert opened.page.get_by_role("status").inner_text() == "1 of 4 tasks"
    opened.page.get_by_role("button", name="Show all").click()
    expect(opened.page.locator("#table tbody tr:visible")).to_have_count(len(everything))
    assert shown(opened) == everything
    opened.page.locator("select[data-filter=group]").select_option("db_access")
    assert shown(opened) == ["load-employers-to-fineos", "dor-import", "reductions-process-agency-data"]
    opened.page.locator("select[data-filter=starts]").select_option("trigger")
    assert shown(opened) == ["dor-import"]
    opened.page.get_by_label("Search").fill("nothing has this")
    assert shown(opened) == []


def test_an_environment_is_chosen_at_first(sample: Path, run: Run, tmp_path: Path, visit: Open) -> None:
    run(f"catalog --output {tmp_path}/catalog.html --environment cps-preview {DATE}")
    opened = visit(tmp_path / "catalog.html")
    assert shown(opened) == ["fineos-bucket-tool"]
    assert "Off in cps-preview" in opened.page.locator("main").inner_text()


def test_every_place_is_a_link_to_a_line_that_exists(sample: Path, page: Path, visit: Open) -> None:
    opened = visit(page)
    links = opened.page.locator("a.place")
    places = [(link.text_content() or "", link.get_attribute("href")) for link in links.all()]
    assert len(places) > 20
    for place, address in places:
        path, _, line = place.partition(":")
        assert address == f"{BASE}/{path}" + (f"#L{line}" if line else "")
        assert int(line or 1) <= len((sample / path).read_text().splitlines())


def test_a_link_to_a_task_opens_it(page: Path, visit: Open) -> None:
    opened = visit(page, "#task-2")
    assert opened.page.locator("#task-2 details").get_attribute("open") is not None
    opened.page.locator("table.week a").first.click()
    expect(opened.page.locator("#task-3 details")).to_have_attribute("open", "")


def test_the_graph_shows_the_neighbors_of_what_is_chosen(page: Path, visit: Open) -> None:
    opened = visit(page)
    node = opened.page.get_by_role("button", name=re.compile("^schedule fineos-daily-export-copy"))
    node.click()
    kept = opened.page.locator(".node:not(.faded) text").all_text_contents()
    assert sorted(kept) == ["fineos-bucket-tool", "fineos-daily-export-copy"]
    assert opened.page.locator(".edge:not(.faded)").count() == 1
    node.click()
    assert opened.page.locator(".faded").count() == 0
    task = opened.page.get_by_role("button", name=re.compile("^task reductions-process-agency-data"))
    task.focus()
    opened.page.keyboard.press("Enter")
    assert task.get_attribute("aria-pressed") == "true"
    assert opened.page.locator(".edge:not(.faded)").count() == 1


def test_the_table_says_what_the_graph_says(page: Path, visit: Open) -> None:
    opened = visit(page)
    rows = opened.page.get_by_role("region", name="Table of what starts what").locator("tbody tr")
    assert rows.count() == opened.page.locator(".edge").count() > 1
    assert "At 05:30, every day" in rows.nth(1).inner_text()


def test_the_week_is_that_of_the_calendar(page: Path, run: Run, visit: Open) -> None:
    lines = visit(page).page.locator("table.week tbody tr")
    times = {line.locator("th").inner_text(): line.locator(".times").all_inner_texts() for line in lines.all()}
    printed = run(f"calendar {DATE}").output
    for name, cells in times.items():
        (line,) = (line for line in printed.splitlines() if line.startswith(f"{name} "))
        assert line.split()[1:] == [cell for cell in cells if cell]


def test_dark_and_light(page: Path, visit: Open) -> None:
    backs = {}
    for scheme in ("light", "dark"):
        opened = visit(page, color_scheme=scheme)
        backs[scheme] = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert backs == {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 24, 27)"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_accessibility_audit_finds_nothing(page: Path, visit: Open, scheme: str) -> None:
    opened = visit(page, "#task-2", color_scheme=scheme, bypass_csp=True)  # the audit is a script of its own
    results = Axe().run(opened.page)
    assert results.response["violations"] == []
    assert len(results.response["passes"]) > 20


def test_no_width_needs_a_scroll_bar_for_the_page(page: Path, visit: Open) -> None:
    opened = visit(page, "#task-2")
    for width in (320, 480, 768, 1024, 2560):
        opened.page.set_viewport_size({"width": width, "height": 900})
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_there_is_no_form_and_nothing_is_cut_off(page: Path, visit: Open) -> None:
    opened = visit(page)
    opened.page.set_viewport_size({"width": 980, "height": 700})  # A4 and Letter, landscape, with margins
    opened.page.emulate_media(media="print")
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 980
    assert not opened.page.locator("#filters").is_visible()
    assert opened.page.locator("#table").is_visible()


def test_nothing_but_its_own_style_and_script_may_run(page: Path, visit: Open) -> None:
    opened = visit(page)
    policy = opened.page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    opened.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    )
    assert opened.page.evaluate("window.ran") is None
    assert any("Content Security Policy" in text for text in opened.said)
    opened.said.clear()


def test_hostile_names_are_text(sample: Path, run: Run, tmp_path: Path, visit: Open) -> None:
    change(sample, TASKS, '"dor-import" = {', f'"{HOSTILE}" = {{')
    change(sample, TASKS, 'name : "FOLDER_PATH"', f'name : "{HOSTILE}"')
    cloudwatch = "infra/ecs-tasks/template/cloudwatch.tf"
    change(sample, cloudwatch, 'task_name                            = "fineos', f'task_name = "{HOSTILE}')
    assert run(f"catalog --output {tmp_path}/catalog.html {DATE}").exit_code == 0
    opened = visit(tmp_path / "catalog.html", "#task-2")
    assert opened.page.title() == "Background tasks"
    assert HOSTILE in shown(opened)
    assert opened.page.locator("img, script:not(:last-child)").count() == 0
    assert HOSTILE in opened.page.locator("table.week").inner_text()


def test_the_page_of_one_task(sample: Path, run: Run, tmp_path: Path, visit: Open) -> None:
    file = tmp_path / "task.html"
    file.write_text(run("show reductions-process-agency-data --format html").output)
    opened = visit(file)
    assert opened.page.title() == "reductions-process-agency-data"
    assert "At 06:00, Monday through Friday" in opened.page.locator("main").inner_text()
    assert opened.page.locator(".matrix .on").count() == 2
    assert opened.page.locator("script").count() == 0
