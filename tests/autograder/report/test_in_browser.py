"""The page in headless Chromium: no complaint, nothing fetched, nothing wider than the screen."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, sync_playwright
from report import classroom

from autograder.report.page import render
from autograder.report.records import ClassRecords

FLAGS = [*("--no-sandbox", "--disable-gpu", "--no-first-run"), *("--disable-sync", "--disable-background-networking")]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A class of sixty, with a name and an answer that would run if they could."""
    results = classroom.classroom(60, 1)
    attack = "<img src='https://example.org/x.png' onerror='document.title=1'><script>document.title = 2</script>"
    results[attack] = classroom.result([classroom.verdict("mlm.mlm_loss")], {"mlm.mlm_loss": attack}, notes=(attack,))
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render(ClassRecords("02_small", results), datetime.now(UTC)), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_the_page_is_quiet_and_fits(
    browser: Browser, address: str, scheme: Literal["light", "dark"], width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [address]
    assert page.title() == "02_small: report"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("#copies .beside pre").first.is_visible()
    page.close()
