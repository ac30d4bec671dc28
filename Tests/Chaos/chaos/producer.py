"""The producer: sends the plan's jobs at a steady rate and notes what Redis acknowledged."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from itertools import chain
from typing import Any

import redis
from harness import wire

from .account import Account
from .plan import Planned

TICK_SECONDS = 0.1
RETRY_SECONDS = 0.2
SOCKET_SECONDS = 5


class Producer:
    """Whatever was not acknowledged is sent again under the same id, as docs/wire.md tells producers to."""

    def __init__(self, url: str, account: Account, jobs: Iterable[Planned], *, rate: float) -> None:
        self.account = account
        self.redis: Any = redis.Redis.from_url(url, socket_timeout=SOCKET_SECONDS)
        self.source = iter(jobs)
        self.rate = rate
        self.ready: deque[Planned] = deque()
        self.held: list[Planned] = []
        self.exhausted = False
        self.stopping = threading.Event()
        self.failure: BaseException | None = None
        self.thread = threading.Thread(target=self.run, name="producer", daemon=True)

    def start(self) -> Producer:
        self.thread.start()
        return self

    @property
    def done(self) -> bool:
        if self.failure is not None:
            raise self.failure
        return not self.thread.is_alive()

    @property
    def has_sent_all_it_may(self) -> bool:
        """Nothing is left but what waits for another job's result."""
        return self.done or (self.exhausted and not self.ready)

    def stop(self) -> None:
        self.stopping.set()
        self.thread.join(SOCKET_SECONDS + 1)

    def run(self) -> None:
        try:
            owed = 0.0
            while not self.stopping.is_set() and not (self.exhausted and not self.ready and not self.held):
                owed += self.rate * TICK_SECONDS
                self.release()
                batch = self.take(int(owed))
                owed -= int(owed)
                if batch and not self.send(batch):
                    self.stopping.wait(RETRY_SECONDS)
                self.stopping.wait(TICK_SECONDS)
        except BaseException as error:
            self.failure = error

    def release(self) -> None:
        """Those whose predecessor has its result may go."""
        free = [planned for planned in self.held if planned.after and self.account.has_result(planned.after)]
        if free:
            self.ready.extend(free)
            names = {planned.job.id for planned in free}
            self.held = [planned for planned in self.held if planned.job.id not in names]

    def take(self, count: int) -> list[Planned]:
        batch: list[Planned] = []
        while len(batch) < count:
            if self.ready:
                batch.append(self.ready.popleft())
                continue
            planned = next(self.source, None)
            if planned is None:
                self.exhausted = True
                break
            if planned.after and not self.account.has_result(planned.after):
                self.held.append(planned)
            else:
                batch.append(planned)
        return batch

    def send(self, batch: list[Planned]) -> bool:
        """Whether all were acknowledged. What was not stands in front of the line again."""
        pipeline = self.redis.pipeline(transaction=False)
        for planned in batch:
            self.account.sending(planned.job, planned.expected)
            fields = chain.from_iterable(planned.job.fields.items())
            pipeline.execute_command("XADD", wire.lane_key(planned.job.lane), "*", *fields)
        try:
            answers = pipeline.execute(raise_on_error=False)
        except redis.RedisError as error:
            # redis-py has lost the answers that came before the break; whether they arrived is not known.
            answers = [error] * len(batch)
        again = []
        for planned, answer in zip(batch, answers, strict=True):
            if isinstance(answer, bytes):
                self.account.acknowledged(planned.job.id, answer.decode())
                continue
            tell = self.account.refused if isinstance(answer, redis.ResponseError) else self.account.unanswered_send
            tell(planned.job.id, in_words(answer))
            again.append(planned)
        self.ready.extendleft(reversed(again))
        return not again


def in_words(error: object) -> str:
    """As Redis said it: redis-py makes the first word of some errors into their type."""
    return f"OOM {error}" if isinstance(error, redis.OutOfMemoryError) else f"{type(error).__name__}: {error}"
