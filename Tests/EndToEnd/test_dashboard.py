"""The page in a real browser: live figures, lanes, the token, search, and what it must never do."""

from __future__ import annotations

import json
import os
import re
import signal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Environment, OpenPage, StartWorker
from harness import memoir, wire
from harness.browser import Dashboard, Scheme
from harness.engines import Engines
from harness.http import TOKEN, Http
from harness.queue import Queue
from harness.status import OK
from harness.waiting import wait_for
from playwright.sync_api import Route, expect

pytestmark = pytest.mark.usefixtures("emptied")

HOSTILE = '<script>window.hacked = 1</script><img src=x onerror="window.hacked = 1"><b>bold</b>'


@pytest.fixture
def url(start_worker: StartWorker) -> str:
    return start_worker({"MEMOIR_HTTP_TOKEN": TOKEN}).http_url


@pytest.fixture
def dashboard(url: str, open_page: OpenPage) -> Dashboard:
    page = open_page(url)
    page.wait_until_live()
    return page


def paused(queue: Queue) -> set[str]:
    return {lane.decode() for lane in queue.redis.hgetall(wire.PAUSED)}


# Figures


def test_figures_are_live(dashboard: Dashboard, queue: Queue, tag: str) -> None:
    expect(dashboard.at("#verdict-title")).to_have_text("All is well: nothing to do")
    expect(dashboard.at("#workers-table > tbody")).to_have_count(1)
    first = dashboard.at("#live-text").inner_text()
    expect(dashboard.at("#live-text")).not_to_have_text(first)

    finished = dashboard.at("#workers-table > tbody td[data-label=Finished]")
    before = finished.inner_text()
    queue.push(wire.save(f"{tag}-{number}", f"{tag} {number}", collection="notes") for number in range(200))
    expect(finished).not_to_have_text(before)
    expect(dashboard.at("#counters")).to_contain_text("finished:ok:save")
    expect(dashboard.at("#collections tr").filter(has_text="notes")).to_contain_text("green")


def test_a_lane_that_fills_shows_it(dashboard: Dashboard, env: Environment, tag: str) -> None:
    memoir.run("pause", "save", env=env).expect(OK)
    expect(dashboard.lane("save")).to_contain_text("Paused")
    # What a worker was about to read when the lane was paused, it may still read.
    for number in range(5):
        memoir.run("save", "--collection", "notes", "--no-wait", f"{tag} {number}", env=env).expect(OK)
    expect(dashboard.lane("save").locator(".big")).to_have_text(re.compile("[3-5]"))
    expect(dashboard.at("#verdict-title")).to_have_text("Keeps up, with 1 thing to look at")
    memoir.run("resume", "save", env=env).expect(OK)
    expect(dashboard.lane("save").locator(".big")).to_have_text("0")
    expect(dashboard.at("#verdict-title")).to_have_text("All is well: nothing to do")


def test_it_says_how_sure_the_lag_is(dashboard: Dashboard, url: str) -> None:
    def altered(route: Route) -> None:
        stats = Http(url).get("/api/stats").json()
        stats["lanes"]["bulk"] |= {"undelivered": 1_234, "undelivered_is": "estimated"}
        data = json.dumps({"time_ms": 1_764_072_000_000, "version": "0", "stats": stats})
        route.fulfill(content_type="text/event-stream", body=f"event: figures\ndata: {data}\n\n")

    expect(dashboard.lane("bulk").locator(".sure")).to_have_text("exact")
    dashboard.page.route("**/api/events", altered)
    dashboard.page.reload()
    expect(dashboard.lane("bulk").locator(".lane-figure")).to_contain_text("~1,234 waiting estimated")
    expect(dashboard.lane("save").locator(".lane-figure")).to_contain_text("0 waiting exact")
    expect(dashboard.at("#strip")).to_contain_text("~1,234")


def test_what_gets_graver_says_so(dashboard: Dashboard, engines: Engines, env: Environment, tag: str) -> None:
    """A store that is away, and what a lane is that waits for it."""
    store = engines.process_id("qdrant")
    os.kill(store, signal.SIGSTOP)
    try:
        memoir.run("save", "--collection", "notes", "--no-wait", f"{tag} waits", env=env).expect(OK)
        finding = dashboard.at("#findings li").filter(has_text="Qdrant cannot be used")
        expect(finding.locator(".tag")).to_have_text("Critical", timeout=120_000)
        # Nothing is undelivered, and yet it does not keep up.
        expect(dashboard.lane("save").locator(".tag")).to_have_text("Held up", timeout=120_000)
        expect(dashboard.at("#findings li").filter(has_text="does not say")).to_have_count(0)
    finally:
        os.kill(store, signal.SIGCONT)
    expect(dashboard.lane("save").locator(".tag")).not_to_have_text("Held up", timeout=60_000)


def test_history_is_drawn(dashboard: Dashboard) -> None:
    label = re.compile("search, the last hour: at most .* came")
    expect(dashboard.lane("search").locator(".chart")).to_have_attribute("aria-label", label)
    chart = dashboard.lane("search").locator(".chart")
    chart.focus()
    dashboard.page.keyboard.press("ArrowLeft")
    expect(dashboard.lane("search").locator(".reading")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d .* wait$"))


# Changing


def test_pause_and_resume(dashboard: Dashboard, queue: Queue) -> None:
    dashboard.button("Pause the lane bulk").click()
    expect(dashboard.at("#token-dialog")).to_be_visible()
    expect(dashboard.at("#token-why")).to_have_text("To pause a lane, this page needs it.")
    assert paused(queue) == set()
    dashboard.type_token(TOKEN)
    expect(dashboard.button("Resume the lane bulk")).to_be_visible()
    assert paused(queue) == {"bulk"}
    expect(dashboard.lane("bulk").locator(".tag")).to_have_text("Paused")

    finding = dashboard.at("#findings li").filter(has_text="bulk is paused")
    finding.get_by_role("button", name="Resume").click()
    expect(dashboard.button("Pause the lane bulk")).to_be_visible()
    expect(finding).to_have_count(0)
    expect(dashboard.at("#verdict-title")).to_be_focused()
    assert paused(queue) == set()
    # Kept in this tab, and nowhere else.
    assert dashboard.page.evaluate("Object.values(localStorage)") == []
    assert dashboard.page.evaluate("document.cookie") == ""


def test_the_keyboard_is_enough(dashboard: Dashboard, queue: Queue) -> None:
    keyboard = dashboard.page.keyboard
    keyboard.press("Tab")
    assert dashboard.page.evaluate("document.activeElement.textContent") == "Skip to the figures"
    keyboard.press("Enter")
    for _ in range(60):
        keyboard.press("Tab")
        if dashboard.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Pause the lane save":
            break
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert dashboard.page.evaluate(outline) == "solid"
    keyboard.press("Enter")
    expect(dashboard.at("#token-input")).to_be_focused()
    keyboard.press("Escape")
    expect(dashboard.at("#token-dialog")).to_be_hidden()
    expect(dashboard.button("Pause the lane save")).to_be_focused()
    assert paused(queue) == set()

    keyboard.press("Enter")
    keyboard.type(TOKEN)
    keyboard.press("Enter")
    expect(dashboard.button("Resume the lane save")).to_be_focused()
    assert paused(queue) == {"save"}
    keyboard.press("Space")
    expect(dashboard.button("Pause the lane save")).to_be_focused()
    assert paused(queue) == set()


def test_a_wrong_token_is_told(dashboard: Dashboard, queue: Queue) -> None:
    dashboard.button("Pause the lane bulk").click()
    dashboard.type_token("not-the-token")
    expect(dashboard.at("#token-error")).to_contain_text("Not taken")
    expect(dashboard.at("#token-state")).to_have_text("Read only")
    assert paused(queue) == set()
    dashboard.type_token(TOKEN)
    expect(dashboard.button("Resume the lane bulk")).to_be_visible()

    # One that the worker no longer takes is asked for again.
    dashboard.page.evaluate("sessionStorage.setItem('memoir.token', 'of-yesterday')")
    dashboard.button("Resume the lane bulk").click()
    expect(dashboard.at("#token-error")).to_contain_text("Not taken")
    assert paused(queue) == {"bulk"}
    dashboard.type_token(TOKEN)
    expect(dashboard.button("Pause the lane bulk")).to_be_visible()


def test_without_a_token_nothing_can_be_changed(start_worker: StartWorker, open_page: OpenPage, queue: Queue) -> None:
    dashboard = open_page(start_worker().http_url)
    dashboard.wait_until_live()
    dashboard.button("Pause the lane bulk").click()
    dashboard.type_token("any")
    expect(dashboard.at("#token-error")).to_contain_text("MEMOIR_HTTP_TOKEN")
    assert paused(queue) == set()


def test_reading_from_elsewhere_needs_the_token(start_worker: StartWorker, open_page: OpenPage) -> None:
    worker = start_worker({"MEMOIR_HTTP_HOST": "0.0.0.0", "MEMOIR_HTTP_TOKEN": TOKEN})
    dashboard = open_page(f"http://127.0.0.1:{urlsplit(worker.http_url).port}")
    expect(dashboard.at("#verdict-title")).to_have_text("A token is needed")
    expect(dashboard.at("#live-text")).to_have_text("Needs a token")
    dashboard.button("Give the token").click()
    dashboard.type_token(TOKEN)
    dashboard.wait_until_live()
    expect(dashboard.at("#letters-count")).to_have_text("None")


# Search


def test_search_shows_scores_and_payloads(dashboard: Dashboard, env: Environment, tag: str) -> None:
    text = f"{tag} train from Brussels to Lyon"
    save = ["save", "--collection", "notes", "--tenant", tag, "--wait"]
    memoir.run(*save, "--metadata", '{"author": "clerk", "number": 41}', text, env=env).expect(OK)
    memoir.run(*save, "--metadata", '{"author": "other", "number": 42}', f"{tag} something else", env=env).expect(OK)
    dashboard.unlock(TOKEN)
    for name, value in {"query": text, "collection": "notes", "tenant": tag}.items():
        dashboard.at(f"#search-form [name={name}]").fill(value)
    dashboard.at("#search-form [name=query]").press("Enter")
    results = dashboard.at("#search-results > li")
    expect(results).to_have_count(2)
    expect(dashboard.at("#search-status")).to_contain_text("2 results in")
    first = results.first
    expect(first.locator(".content")).to_have_text(text)
    assert 0.99 <= float(first.locator(".score strong").inner_text()) <= 1.01
    expect(first.locator(".chips")).to_contain_text("clerk")
    first.locator("summary").click()
    expect(first.locator("pre")).to_contain_text('"number": 41')
    expect(first.locator("pre")).to_contain_text('"content_hash"')

    dashboard.at("#search-form [name=filters]").fill('{"author": "other"}')
    dashboard.button("Search").click()
    expect(results).to_have_count(1)
    expect(results.first).to_contain_text("something else")
    dashboard.at("#search-form [name=tenant]").fill("")
    dashboard.button("Search").click()
    expect(dashboard.at("#search-results")).to_have_text(re.compile("^Only memories without a tenant were searched"))
    dashboard.at("#search-form [name=filters]").fill("{author}")
    dashboard.button("Search").click()
    expect(dashboard.at("#search-error")).to_contain_text("The filters are no JSON")
    dashboard.at("#search-form [name=filters]").fill("")
    dashboard.at("#search-form [name=collection]").fill("note")
    dashboard.button("Search").click()
    expect(dashboard.at("#search-error")).to_contain_text('did you mean "notes"?')


def test_a_stored_script_is_text(dashboard: Dashboard, env: Environment, queue: Queue, tag: str) -> None:
    metadata = '{"author": "<img src=y onerror=\\"window.hacked = 2\\">"}'
    save = ["save", "--collection", "notes", "--tenant", tag, "--wait", "--metadata", metadata]
    memoir.run(*save, HOSTILE, env=env).expect(OK)
    fields = {"v": "1", "id": f"{tag}<i>x</i>", "type": "<b>save</b>", "collection": HOSTILE, "content": HOSTILE}
    queue.redis.xadd(wire.DEAD, fields | {"_lane": "save", "_code": "<u>code</u>", "_message": HOSTILE})
    dashboard.unlock(TOKEN)
    for name, value in {"query": HOSTILE, "collection": "notes", "tenant": tag}.items():
        dashboard.at(f"#search-form [name={name}]").fill(value)
    dashboard.button("Search").click()
    expect(dashboard.at("#search-results .content")).to_have_text(HOSTILE)
    dashboard.button("Refresh").click()
    expect(dashboard.letters().locator(".message")).to_have_text(HOSTILE)
    dashboard.letters().get_by_role("button").click()
    expect(dashboard.at("#letter-body")).to_contain_text(HOSTILE)
    for part in ("#letter-body", "#search-results", "#letters-rows"):
        assert dashboard.at(f"{part} :is(script, img, b, u, i)").count() == 0
    assert dashboard.page.evaluate("window.hacked") is None


# Connection


def test_a_page_that_stays_open_does_not_grow(dashboard: Dashboard, queue: Queue, tag: str) -> None:
    session = dashboard.context.new_cdp_session(dashboard.page)
    session.send("Performance.enable")

    def counts() -> tuple[int, int]:
        session.send("HeapProfiler.collectGarbage")
        metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
        return int(metrics["Nodes"]), int(metrics["JSEventListeners"])

    figures = "document.querySelector('#live-text').textContent"
    dashboard.page.wait_for_timeout(12_000)
    nodes, listeners = counts()
    for number in range(20):
        queue.push([wire.save(f"{tag}-{number}", f"{tag} {number}", collection="notes")])
        dashboard.button("Refresh").click()
        dashboard.page.get_by_label("Theme").select_option(["Dark", "Light"][number % 2])
        shown = dashboard.page.evaluate(figures)
        expect(dashboard.at("#live-text")).not_to_have_text(shown)
    later = counts()
    assert later[0] - nodes < 100 and later[1] - listeners < 20, f"{nodes}, {listeners} then {later}"


def test_it_comes_back_when_the_worker_does(start_worker: StartWorker, open_page: OpenPage, queue: Queue) -> None:
    worker = start_worker({"MEMOIR_HTTP_TOKEN": TOKEN})
    url = worker.http_url
    dashboard = open_page(url)
    dashboard.wait_until_live()
    worker.terminate()
    expect(dashboard.at("#live")).to_have_attribute("data-state", "lost")
    expect(dashboard.at("#live-text")).to_contain_text("Not live since")
    expect(dashboard.at("#verdict-title")).to_contain_text("is not live since")
    # What was known stays in sight.
    expect(dashboard.at("#lane-cards article")).to_have_count(4)
    # It tries again, and less and less often.
    tries: list[str] = []
    dashboard.page.on("request", lambda request: tries.append(urlsplit(request.url).path))
    dashboard.page.wait_for_timeout(15_000)
    assert set(tries) == {"/api/events"} and 1 <= len(tries) <= 6
    letters = dashboard.at("#letters-count")
    expect(letters).to_have_text("None")
    start_worker({"MEMOIR_HTTP_TOKEN": TOKEN, "MEMOIR_HTTP_PORT": str(urlsplit(url).port)})
    dashboard.wait_until_live()
    expect(dashboard.at("#verdict-title")).to_have_text("All is well: nothing to do")


def test_a_silent_worker_is_noticed(start_worker: StartWorker, open_page: OpenPage) -> None:
    worker = start_worker({"MEMOIR_HTTP_TOKEN": TOKEN})
    dashboard = open_page(worker.http_url)
    dashboard.wait_until_live()
    os.kill(worker.pid, signal.SIGSTOP)
    try:
        expect(dashboard.at("#live-text")).to_contain_text("Not live since")
    finally:
        os.kill(worker.pid, signal.SIGCONT)
    dashboard.wait_until_live()


def test_files_are_asked_for_again_and_not_sent_again(url: str) -> None:
    http = Http(url)
    for path in ("/", "/dashboard.css", "/dashboard.js", "/dashboard/letters.js"):
        first = http.get(path)
        assert (first.status, first.headers["cache-control"]) == (200, "no-cache"), path
        assert "default-src 'none'" in first.headers["content-security-policy"]
        second = http.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (second.status, second.body) == (304, b""), path


# For everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1_440, 360])
def test_axe_finds_nothing(url: str, open_page: OpenPage, queue: Queue, scheme: Scheme, width: int) -> None:
    for number in range(3):
        fields = {"v": "1", "id": f"job-{number}", "type": "save", "collection": "notes", "content": "text"}
        queue.redis.xadd(wire.DEAD, fields | {"_lane": "save", "_code": "invalid_job", "_message": "no such field"})
    queue.redis.hset(wire.PAUSED, "bulk", "1764072000000")
    dashboard = open_page(url, width=width, scheme=scheme)
    dashboard.wait_until_live()
    expect(dashboard.letters()).to_have_count(3)
    expect(dashboard.at("#findings li")).not_to_have_count(0)
    found = Axe().run(dashboard.page)
    assert found.violations_count == 0, found.generate_report()
    dashboard.letters().first.get_by_role("button").click()
    expect(dashboard.at("#letter-body")).to_contain_text("no such field")
    found = Axe().run(dashboard.page)
    assert found.violations_count == 0, found.generate_report()
    assert dashboard.overflow() <= 0


def test_the_theme_can_be_chosen(dashboard: Dashboard) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = dashboard.page.evaluate(ground)
    dashboard.page.get_by_label("Theme").select_option("Dark")
    dark = dashboard.page.evaluate(ground)
    assert light != dark
    dashboard.page.reload()
    dashboard.wait_until_live()
    assert dashboard.page.evaluate(ground) == dark
    wait_for("the choice", lambda: dashboard.page.get_by_label("Theme").input_value() == "dark", seconds=5)
