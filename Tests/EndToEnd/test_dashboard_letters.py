"""Dead letters on the page: looked at, filtered, sent again, removed, a hundred thousand of them."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable

import pytest
from conftest import OpenPage, StartWorker
from harness import wire
from harness.browser import Dashboard
from harness.engines import Engines
from harness.http import TOKEN
from harness.queue import Queue
from harness.waiting import wait_for
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("emptied")

MANY = 100_000
# Each call removes a thousand; a debug build on two cores.
PURGE_MILLISECONDS = 240_000

FILL = """
for i = 1, tonumber(ARGV[2]) do
    redis.call('XADD', KEYS[1], '*', 'v', '1', 'id', ARGV[1] .. '-' .. i, 'type', 'save', 'collection', 'notes',
        'content', ARGV[1] .. ' text ' .. i, '_lane', 'save', '_code',
        i % 4 == 0 and 'store_refused' or 'invalid_job', '_message', 'metadata: is no JSON object', '_attempts', '1')
end
"""


@pytest.fixture
def open_letters(open_page: OpenPage, start_worker: StartWorker) -> Callable[[], Dashboard]:
    """Opens the page, with the token typed in."""

    def open_one() -> Dashboard:
        changes = {"MEMOIR_HTTP_TOKEN": TOKEN, "MEMOIR_WORKER_DEAD_LETTERS_KEPT": str(10 * MANY)}
        page = open_page(start_worker(changes).http_url)
        page.wait_until_live()
        page.unlock(TOKEN)
        return page

    return open_one


OpenLetters = Callable[[], Dashboard]


def bury(queue: Queue, tag: str, count: int) -> None:
    queue.redis.eval(FILL, 1, wire.DEAD, tag, count)


def filter_by(dashboard: Dashboard, name: str, value: str) -> None:
    field = dashboard.at(f"#letter-filters [name={name}]")
    if name in ("type", "lane"):
        field.select_option(value)
    else:
        field.fill(value)


def test_inspect_and_replay_one(open_letters: OpenLetters, queue: Queue, tag: str) -> None:
    bury(queue, tag, 3)
    dashboard = open_letters()
    expect(dashboard.letters()).to_have_count(3)
    expect(dashboard.letters().first).to_contain_text(f"{tag}-3")
    dashboard.button(f"Inspect the letter of job {tag}-2").click()
    expect(dashboard.at("#letter-body")).to_contain_text(f"{tag} text 2")
    expect(dashboard.at("#letter-body")).to_contain_text("_message")
    # Figures come each second: what is open stays open.
    before = dashboard.at("#live-text").inner_text()
    expect(dashboard.at("#live-text")).not_to_have_text(before)
    expect(dashboard.at("#letter-dialog")).to_be_visible()

    dashboard.at("#letter-replay").click()
    expect(dashboard.at("#confirm-title")).to_have_text("Replay 1 dead letter?")
    dashboard.button("Replay 1").click()
    expect(dashboard.letters()).to_have_count(2)
    expect(dashboard.at("#letter-dialog")).to_be_hidden()
    assert queue.wait_for_results([f"{tag}-2"], seconds=30)[f"{tag}-2"]["status"] == "ok"
    assert {letter["id"] for letter in queue.dead_letters()} == {f"{tag}-1", f"{tag}-3"}


def test_replay_all_of_a_filter(open_letters: OpenLetters, queue: Queue, tag: str) -> None:
    bury(queue, tag, 40)
    dashboard = open_letters()
    expect(dashboard.at("#letters-count")).to_have_text("40 in all")
    filter_by(dashboard, "code", "store_refused")
    expect(dashboard.at("#letters-count")).to_have_text("10 match, of 40")
    dashboard.button("Replay all 10…").click()
    expect(dashboard.at("#confirm-title")).to_have_text("Replay 10 dead letters?")
    expect(dashboard.at("#confirm-which")).to_have_text("Which: code store_refused")
    # Nothing has happened yet, and Escape leaves it so.
    dashboard.page.keyboard.press("Escape")
    expect(dashboard.at("#confirm-dialog")).to_be_hidden()
    assert queue.dead() == 40
    dashboard.button("Replay all 10…").click()
    dashboard.button("Replay 10").click()
    expect(dashboard.at(".notice")).to_contain_text("10 dead letters replayed")
    expect(dashboard.at("#letters-count")).to_have_text("None match, of 30")
    queue.wait_for_results([f"{tag}-{number}" for number in range(4, 41, 4)], seconds=60)
    assert (queue.dead(), {letter["_code"] for letter in queue.dead_letters()}) == (30, {"invalid_job"})


def test_purge_selected(open_letters: OpenLetters, queue: Queue, tag: str) -> None:
    bury(queue, tag, 6)
    dashboard = open_letters()
    expect(dashboard.button("Purge selected")).to_be_disabled()
    for number in (2, 5):
        dashboard.page.get_by_label(f"Select the letter of job {tag}-{number}").check()
    expect(dashboard.at("#letters-count")).to_have_text("6 in all, 2 selected")
    before = dashboard.at("#live-text").inner_text()
    expect(dashboard.at("#live-text")).not_to_have_text(before)
    expect(dashboard.page.get_by_label(f"Select the letter of job {tag}-5")).to_be_checked()
    dashboard.button("Purge selected").click()
    dashboard.button("Purge 2").click()
    expect(dashboard.letters()).to_have_count(4)
    assert {letter["id"] for letter in queue.dead_letters()} == {f"{tag}-{number}" for number in (1, 3, 4, 6)}
    dashboard.page.get_by_label("Select all letters of this page").check()
    dashboard.button("Purge selected").click()
    dashboard.button("Purge 4").click()
    expect(dashboard.at("#letters-empty")).to_be_visible()
    assert queue.dead() == 0


def test_a_letter_that_is_cut_stays(open_letters: OpenLetters, queue: Queue, tag: str) -> None:
    fields = {"v": "1", "id": tag, "type": "save", "collection": "notes", "content": "part", "_cut": "content"}
    queue.redis.xadd(wire.DEAD, fields | {"_lane": "save", "_code": "poison"})
    dashboard = open_letters()
    dashboard.button(f"Inspect the letter of job {tag}").click()
    expect(dashboard.at("#letter-body")).to_contain_text("It cannot be replayed")
    expect(dashboard.at("#letter-replay")).to_be_disabled()
    dashboard.button("Close").click()
    dashboard.button("Replay all 1…").click()
    dashboard.button("Replay 1").click()
    expect(dashboard.at(".notice")).to_contain_text("1 stay")
    assert queue.dead() == 1


def test_new_letters_are_told_of_and_move_nothing(open_letters: OpenLetters, queue: Queue, tag: str) -> None:
    bury(queue, tag, 2)
    dashboard = open_letters()
    expect(dashboard.letters()).to_have_count(2)
    bury(queue, f"{tag}-late", 3)
    expect(dashboard.at("#letters-refresh")).to_have_class("primary")
    expect(dashboard.at("#nav-dead")).to_have_text("5")
    expect(dashboard.letters()).to_have_count(2)
    dashboard.button("Refresh").click()
    expect(dashboard.letters()).to_have_count(5)


def test_what_could_not_be_read_is_read_later(
    open_page: OpenPage, start_worker: StartWorker, queue: Queue, tag: str, engines: Engines
) -> None:
    bury(queue, tag, 2)
    dashboard = open_page(start_worker({"MEMOIR_HTTP_TOKEN": TOKEN}).http_url)
    expect(dashboard.at("#letters-count")).to_have_text("2 in all")
    redis = engines.process_id("redis")
    os.kill(redis, signal.SIGSTOP)
    try:
        dashboard.button("Refresh").click()
        expect(dashboard.at("#letters-count")).to_contain_text("Could not be read: Redis")
    finally:
        os.kill(redis, signal.SIGCONT)
    # What is shown stays meanwhile.
    expect(dashboard.letters()).to_have_count(2)
    expect(dashboard.at("#letters-count")).to_have_text("2 in all")


def test_the_focus_is_not_lost(open_letters: OpenLetters, queue: Queue, tag: str) -> None:
    bury(queue, tag, 2)
    dashboard = open_letters()
    dashboard.button(f"Inspect the letter of job {tag}-2").click()
    expect(dashboard.at("#letter-purge")).to_be_enabled()
    dashboard.page.keyboard.press("Escape")
    expect(dashboard.button(f"Inspect the letter of job {tag}-2")).to_be_focused()
    dashboard.page.keyboard.press("Enter")
    dashboard.at("#letter-purge").click()
    dashboard.at("#confirm-go").press("Enter")
    expect(dashboard.letters()).to_have_count(1)
    expect(dashboard.at("#letter-dialog")).to_be_hidden()
    expect(dashboard.at("#letters-frame")).to_be_focused()

    dashboard.page.get_by_label("Select all letters of this page").check()
    dashboard.button("Purge selected").press("Enter")
    expect(dashboard.at("#confirm-cancel")).to_be_focused()
    dashboard.at("#confirm-go").press("Enter")
    expect(dashboard.at("#letters-empty")).to_be_visible()
    expect(dashboard.at("#letters-frame")).to_be_focused()
    assert queue.dead() == 0


def test_without_an_answer_about_the_token_nothing_is_lost(
    open_page: OpenPage, start_worker: StartWorker, queue: Queue, tag: str
) -> None:
    bury(queue, tag, 2)
    dashboard = open_page(start_worker({"MEMOIR_HTTP_TOKEN": TOKEN}).http_url)
    dashboard.page.get_by_label(f"Select the letter of job {tag}-1").check()
    dashboard.button("Purge selected").click()
    dashboard.button("Purge 1").click()
    expect(dashboard.at("#token-input")).to_be_focused()
    dashboard.page.keyboard.press("Escape")
    expect(dashboard.at("#confirm-dialog")).to_be_hidden()
    expect(dashboard.at("#letters-count")).to_have_text("2 in all, 1 selected")
    assert queue.dead() == 2


def test_numbers_stay_as_they_were_written(open_letters: OpenLetters, queue: Queue, tag: str) -> None:
    fields = {"v": "1", "id": tag, "type": "save", "metadata": '{"n":12345678901234567891,"x":1.10}'}
    queue.redis.xadd(wire.DEAD, fields | {"_lane": "save", "_code": "invalid_job", "_message": "no content"})
    dashboard = open_letters()
    dashboard.button(f"Inspect the letter of job {tag}").click()
    expect(dashboard.at("#letter-body")).to_contain_text('"n": 12345678901234567891')
    expect(dashboard.at("#letter-body")).to_contain_text('"x": 1.10')


def test_a_hundred_thousand(open_letters: OpenLetters, queue: Queue, tag: str) -> None:
    for part in range(10):
        bury(queue, f"{tag}-{part}", MANY // 10)
    dashboard = open_letters()
    expect(dashboard.at("#letters-count")).to_have_text("100,000 in all")
    expect(dashboard.letters()).to_have_count(50)
    expect(dashboard.at("#letters-page")).to_have_text("Page 1 of 2,000")
    seen = set(dashboard.at("#letters-rows .job").all_inner_texts())
    for page in (2, 3, 4):
        dashboard.button("Older").click()
        expect(dashboard.at("#letters-page")).to_have_text(f"Page {page} of 2,000")
        seen |= set(dashboard.at("#letters-rows .job").all_inner_texts())
    assert seen == {f"{tag}-9-{number}" for number in range(9_801, 10_001)}
    dashboard.button("Newer").click()
    expect(dashboard.at("#letters-page")).to_have_text("Page 3 of 2,000")
    dashboard.button("Newest").click()
    expect(dashboard.letters().first).to_contain_text(f"{tag}-9-10000")

    # Figures keep coming, and what is typed is answered at once.
    filter_by(dashboard, "code", "store_refused")
    # They are not all looked at to count those that match.
    some = re.compile("^(Filtered|At least [0-9,]+ match), of 100,000$")
    expect(dashboard.at("#letters-count")).to_have_text(some)
    filter_by(dashboard, "lane", "bulk")
    expect(dashboard.at("#letters-empty")).to_have_text("No dead letter matches.")
    filter_by(dashboard, "lane", "save")
    expect(dashboard.letters()).to_have_count(50)
    requests: list[str] = []
    dashboard.page.on("request", lambda request: requests.append(request.url))
    dashboard.button("Purge all that match…").click()
    title = re.compile("^Purge (all dead letters that match|[0-9,]+ dead letters or more)[?]$")
    expect(dashboard.at("#confirm-title")).to_have_text(title)
    expect(dashboard.at("#confirm-which")).to_have_text("Which: code store_refused, lane save")
    assert sum("/api/dead?" in url for url in requests) == 1
    dashboard.button("Purge all that match").click()
    expect(dashboard.at(".notice")).to_contain_text("25,000 dead letters purged", timeout=PURGE_MILLISECONDS)
    assert queue.dead() == 75_000
    expect(dashboard.at("#live")).to_have_attribute("data-state", "live")
    dashboard.button("Clear").click()
    expect(dashboard.at("#letters-count")).to_have_text("75,000 in all")

    # Stopped in the middle, it tells what was done.
    dashboard.button("Purge all 75,000…").click()
    dashboard.button("Purge 75,000").click()
    wait_for("some to be purged", lambda: queue.dead() < 75_000, seconds=60)
    dashboard.at("#confirm-cancel").click()
    expect(dashboard.at("#confirm-dialog")).to_be_hidden()
    assert 0 < queue.dead() < 75_000
