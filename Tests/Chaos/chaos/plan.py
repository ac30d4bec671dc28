"""The plan: which jobs are sent and what is done to whom, drawn from a seed. The same seed gives the same plan."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from harness import wire
from harness.wire import Job

COLLECTION = "notes"
TEXT = (
    "train Lyon two adults hotel near station invoice paid in March taxi from airport lunch with a client conference "
    "ticket software licence yearly renewal office chairs printer paper coffee beans parcel to Ghent"
)
WORDS = TEXT.split()

# Of a hundred jobs. What is left are saves under a key of their own.
SEARCHES = 20
EMBEDS = 15
FORGETS = 6
KEYLESS_SAVES = 10
BULK_SAVES = 14
INVALID = 1
# A forget names a save that was planned at least so many jobs before: one that the producer need not wait for long.
FORGET_DISTANCE = 150
# Of ten jobs those that ask for a reply; the results of the others are found by asking for them.
WITH_REPLY = 7


@dataclass(frozen=True)
class Planned:
    """A job to send. It is held back until the job `after` has its result."""

    job: Job
    expected: str = "ok"
    after: str | None = None


class Plan:
    """Draws everything of one scenario. `name` keeps scenarios of the same seed apart."""

    def __init__(self, seed: int, name: str, tag: str, *, replies: str) -> None:
        self.random = random.Random(f"{seed}/{name}")
        self.faults = random.Random(f"{seed}/{name}/faults")
        self.tag = tag
        self.replies = replies
        self.keyed: list[Job] = []

    def text(self, number: int) -> str:
        return f"note {number} of {self.tag}: {' '.join(self.random.choices(WORDS, k=8))}"

    def save(self, number: int, *, lane: str = "save", content: str | None = None, key: str | None = None) -> Planned:
        job_id, key = f"{self.tag}-{number}", key or f"{self.tag}-key-{number}"
        metadata = {"author": self.random.choice(("ada", "grace")), "number": number}
        job = wire.save(job_id, content or self.text(number), collection=COLLECTION, key=key, metadata=metadata)
        return Planned(self.replying(Job(lane, job.fields)))

    def replying(self, job: Job) -> Job:
        return job.changed(reply_to=self.replies) if self.random.randrange(10) < WITH_REPLY else job

    def jobs(self, count: int, *, forgets: bool = True) -> Iterator[Planned]:
        for number in range(count):
            yield self.draw(number, forgets=forgets)

    def draw(self, number: int, *, forgets: bool) -> Planned:
        job_id = f"{self.tag}-{number}"
        ticket = self.random.randrange(100)
        for share, kind in (
            (SEARCHES, "search"),
            (EMBEDS, "embed"),
            (FORGETS, "forget"),
            (KEYLESS_SAVES, "keyless"),
            (BULK_SAVES, "bulk"),
            (INVALID, "invalid"),
        ):
            if ticket < share:
                return self.make(kind if forgets or kind != "forget" else "save", number, job_id)
            ticket -= share
        return self.make("save", number, job_id)

    def make(self, kind: str, number: int, job_id: str) -> Planned:
        text = self.text(number)
        match kind:
            case "search":
                query = " ".join(self.random.choices(WORDS, k=3))
                return Planned(self.replying(wire.search(job_id, query, collection=COLLECTION)))
            case "embed":
                return Planned(self.replying(wire.embed(job_id, text)))
            case "forget" if len(self.keyed) > FORGET_DISTANCE:
                target = self.keyed.pop(self.random.randrange(len(self.keyed) - FORGET_DISTANCE))
                job = wire.forget(job_id, collection=COLLECTION, key=str(target.fields["key"]))
                return Planned(self.replying(job), after=target.id)
            case "keyless":
                return Planned(self.replying(wire.save(job_id, text, collection=COLLECTION)))
            case "invalid":
                job = wire.save(job_id, text, collection=COLLECTION).changed(content=None)
                return Planned(self.replying(job), expected="invalid_job")
        planned = self.save(number, lane="bulk" if kind == "bulk" else "save", content=text)
        self.keyed.append(planned.job)
        return planned
