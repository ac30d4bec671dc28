"""The watcher: reads the replies and the results as they come, and notes when each was first seen."""

from __future__ import annotations

import threading
import time
from typing import Any

import redis
from harness import wire
from harness.queue import chunked

from .account import Account

BLOCK_MILLISECONDS = 100
READ_COUNT = 2_000
POLL_SECONDS = 0.25
RECONNECT_SECONDS = 0.02
SOCKET_SECONDS = 5


class Watcher:
    """Reads on through restarts of Redis."""

    def __init__(self, url: str, account: Account, replies: str) -> None:
        self.account = account
        self.replies = replies
        self.redis: Any = redis.Redis.from_url(url, socket_timeout=SOCKET_SECONDS)
        self.position = b"0"
        self.polled_at = 0.0
        self.stopping = threading.Event()
        self.failure: BaseException | None = None
        self.thread = threading.Thread(target=self.run, name="watcher", daemon=True)

    def start(self) -> Watcher:
        self.thread.start()
        return self

    def stop(self) -> None:
        self.stopping.set()
        self.thread.join(SOCKET_SECONDS + 1)
        if self.failure is not None:
            raise self.failure

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                self.read_replies()
                if time.monotonic() - self.polled_at >= POLL_SECONDS:
                    self.poll()
            except redis.RedisError:
                self.stopping.wait(RECONNECT_SECONDS)
            except BaseException as error:
                self.failure = error
                return

    def read_replies(self) -> None:
        answer = self.redis.xread({self.replies: self.position}, count=READ_COUNT, block=BLOCK_MILLISECONDS)
        for _, entries in answer or []:
            ids = []
            for entry, fields in entries:
                self.position = entry
                ids.append(fields[b"id"].decode())
                self.account.replied(ids[-1], fields[b"status"].decode(), entry.decode())
            self.read_results([job_id for job_id in ids if not self.account.has_result(job_id)])

    def poll(self) -> None:
        self.polled_at = time.monotonic()
        self.read_results(self.account.waiting())

    def read_results(self, ids: list[str], *, absent: bool = False) -> None:
        """With `absent` it is also noted where there is no result."""
        for chunk in chunked(ids):
            values = self.redis.mget([wire.result_key(job_id) for job_id in chunk])
            for job_id, raw in zip(chunk, values, strict=True):
                if raw is not None or absent:
                    self.account.read(job_id, raw)

    def read_again(self) -> None:
        """The last reading: whatever has been seen must still stand as it was."""
        self.read_results([known.id for known in self.account.accepted()], absent=True)
