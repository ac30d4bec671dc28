"""`memoir top` on a real terminal, and `memoir stats --watch` with and without one."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable

import pytest
from conftest import Environment, StartWorker
from harness import memoir, wire
from harness.engines import Engines
from harness.queue import Queue
from harness.status import OK, USAGE
from harness.terminal import Screen


def has(text: str, picture: list[str]) -> bool:
    return any(text in line for line in picture)


def test_lanes_and_workers_are_shown_and_the_terminal_is_given_back(
    env: Environment, queue: Queue, start_worker: StartWorker
) -> None:
    worker = start_worker()
    with Screen("top", "--interval", "200ms", env=env) as screen:
        picture = screen.wait_for("the worker", lambda lines: has(str(worker.pid), lines))
        assert len(picture) == 24
        assert max(map(len, picture)) <= 80
        assert all(any(line.startswith(lane) for line in picture) for lane in wire.LANES)
        screen.resize(120, 40)
        wide = screen.wait_for("the larger window", lambda lines: len(lines) == 40)
        assert 80 < max(map(len, wide)) <= 120
        screen.press("p")
        screen.wait_for("that it stands still", lambda lines: has("PAUSED", lines[:1]))
        screen.press("p")
        screen.wait_for("that it goes on", lambda lines: not has("PAUSED", lines[:1]))
        screen.press("q")
        assert screen.ended() == OK
        assert screen.is_as_before()


@pytest.mark.parametrize("way", ["ctrl-c", "terminate", "hang up"])
def test_it_ends_cleanly(env: Environment, queue: Queue, way: str) -> None:
    with Screen("top", env=env) as screen:
        screen.wait_for("a picture", lambda lines: has("search", lines))
        if way == "ctrl-c":
            screen.press("\x03")
        else:
            screen.process.send_signal(signal.SIGTERM if way == "terminate" else signal.SIGHUP)
        assert screen.ended() == OK
        assert screen.is_as_before()


def test_it_says_that_redis_is_away_and_goes_on(engines: Engines, env: Environment, queue: Queue) -> None:
    with Screen("top", "--interval", "200ms", env=env) as screen:
        screen.wait_for("a picture", lambda lines: has("search", lines))
        engines.kill("redis")
        try:
            picture = screen.wait_for("that Redis is away", lambda lines: has("Redis is away", lines))
            assert has("search", picture)
        finally:
            engines.restart("redis")
        screen.wait_for("that Redis is back", lambda lines: not has("Redis is away", lines))
        screen.press("q")
        assert screen.ended() == OK


def test_without_colours_nothing_is_coloured(env: Environment, queue: Queue) -> None:
    for changes, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)):
        with Screen("top", env=env | changes) as screen:
            # No circuit is known without a worker, but none is there: that is a warning.
            screen.wait_for("a picture", lambda lines: has("no worker runs", lines))
            assert ("\x1b[33m" in screen.said) == coloured
            assert "\x1b[1m" in screen.said


def test_a_line_that_fills_the_window_is_whole(env: Environment, queue: Queue) -> None:
    with Screen("top", env=env, columns=40, rows=20) as screen:
        picture = screen.wait_for("a picture", lambda lines: has("search", lines))
        assert (len(picture), len(picture[0])) == (20, 40)
        # What erases behind such a line takes its last character.
        assert "\x1b[K" not in screen.said and "\x1b[J" not in screen.said


def test_the_store_is_not_asked(env: Environment, queue: Queue) -> None:
    with socket.create_server(("127.0.0.1", 0)) as store:
        store.setblocking(False)
        address = {"QDRANT_URL": f"http://127.0.0.1:{store.getsockname()[1]}"}
        with Screen("top", "--interval", "100ms", env=env | address) as screen:
            screen.wait_for("a picture", lambda lines: has("search", lines))
            shown = screen.picture()[0]
            screen.wait_for("a later one", lambda lines: lines[0] != shown)
        with pytest.raises(BlockingIOError):
            store.accept()


def test_it_needs_a_terminal(env: Environment, queue: Queue) -> None:
    answer = memoir.run("top", env=env).expect(USAGE)
    assert "memoir stats --watch" in answer.errors
    assert "\x1b" not in answer.output + answer.errors


def test_stats_watch_changes_in_place_on_a_terminal(env: Environment, queue: Queue) -> None:
    with Screen("stats", "--watch", "200ms", env=env) as screen:
        for _ in range(600):
            screen.read()
            if screen.said.count("\x1b[H\x1b[2J") >= 3:
                break
        assert screen.said.count("\x1b[H\x1b[2J") >= 3
        assert max(len(line) for line in re.split(r"[\r\n]+", screen.said.replace("\x1b[H\x1b[2J", ""))) <= 80


def test_stats_watch_goes_on_when_redis_is_back(engines: Engines, env: Environment, queue: Queue) -> None:
    picture = "\x1b[H\x1b[2J"
    with Screen("stats", "--watch", "200ms", env=env) as screen:

        def wait_for(what: str, condition: Callable[[str], bool]) -> None:
            deadline = time.monotonic() + 60
            while not condition(screen.said.rpartition(picture)[2]):
                assert time.monotonic() < deadline, f"{what} was not shown:\n{screen.said[-2_000:]}"
                assert screen.process.poll() is None, screen.said[-2_000:]
                screen.read()

        wait_for("a picture", lambda shown: "bulk" in shown)
        engines.kill("redis")
        try:
            wait_for("that Redis is away", lambda shown: "Redis is away; trying again" in shown and "bulk" in shown)
        finally:
            engines.restart("redis")
        wait_for("that Redis is back", lambda shown: "bulk" in shown and "Redis is away" not in shown)


def test_stats_watch_says_elsewhere_that_redis_is_away(engines: Engines, env: Environment, queue: Queue) -> None:
    process = subprocess.Popen(
        [memoir.binary(), "stats", "--watch", "200ms", "--json"],
        cwd=memoir.FOLDER,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stderr is not None
    try:
        json.loads(process.stdout.readline())
        engines.kill("redis")
        try:
            assert "Redis is away; trying again" in process.stderr.readline()
        finally:
            engines.restart("redis")
        assert process.stderr.readline() == "memoir: Redis is back\n"
        json.loads(process.stdout.readline())
        process.stdout.close()
        # Nobody reads any more.
        assert process.wait(timeout=20) == OK
    finally:
        process.kill()
        process.wait()


def test_stats_watch_appends_elsewhere(env: Environment, queue: Queue) -> None:
    for arguments in ([], ["--json"]):
        process = subprocess.Popen(
            [memoir.binary(), "stats", "--watch", "200ms", *arguments],
            cwd=memoir.FOLDER,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        try:
            lines = [process.stdout.readline() for _ in range(2 if arguments else 40)]
        finally:
            process.kill()
            process.wait()
        assert not any("\x1b" in line for line in lines)
        if arguments:
            assert all(set(wire.LANES) == set(json.loads(line)["lanes"]) for line in lines)
        else:
            assert sum(line.startswith("lane ") for line in lines) >= 2
