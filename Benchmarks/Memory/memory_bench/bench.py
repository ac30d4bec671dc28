"""The servers and the worker that are measured, and what the measurements share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from harness import memoir
from harness.engines import Engines, running
from harness.queue import Queue
from harness.store import Store

from . import texts
from .plain import PlainClient


@dataclass(frozen=True)
class Bench:
    engines: Engines
    environment: dict[str, str]
    worker: memoir.Worker
    queue: Queue
    store: Store
    plain: PlainClient

    def empty(self, collection: str = texts.COLLECTION) -> None:
        """The collection as `memoir bootstrap` makes it, with nothing in it."""
        self.store.ask("DELETE", f"/collections/{collection}")
        memoir.run("bootstrap", env=self.environment).expect(0)

    def wait_until_done(self, seconds: float, pause: float = 0.01) -> None:
        """Until no lane holds a job."""
        wait_while(lambda: self.queue.left() > 0, seconds, pause, self.queue.describe)


def wait_while(goes_on: Callable[[], bool], seconds: float, pause: float, seen: Callable[[], object]) -> None:
    end = time.monotonic() + seconds
    while goes_on():
        if time.monotonic() > end:
            raise RuntimeError(f"not done after {seconds:.0f} s: {seen()}")
        time.sleep(pause)


@contextmanager
def started() -> Iterator[Bench]:
    """Engines and a worker of their own, gone afterwards."""
    with running("stub") as engines:
        environment = memoir.environment(engines.environment)
        memoir.run("bootstrap", env=environment).expect(0)
        worker = memoir.Worker(environment)
        try:
            worker.wait_for_event("worker_started")
            plain = PlainClient(engines.environment)
            yield Bench(engines, environment, worker, engines.queue(), engines.store(), plain)
            worker.assert_alive()
        finally:
            worker.end()
