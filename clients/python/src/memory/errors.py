"""What can go wrong, by what the caller can do about it. All have defaults, so that they can be pickled."""

from __future__ import annotations


class MemoirError(Exception):
    """Whatever this package raises for what happened outside the caller's program."""

    def __init__(self, message: str = "", *, job_id: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        # Of the job that it happened to; None where none was sent.
        self.job_id = job_id


class QueueFull(MemoirError):
    """The lane holds as many jobs as it may: nothing was added. Send it again later, or hand the refusal on."""

    def __init__(
        self, message: str = "", *, lane: str = "", length: int = 0, bound: int = 0, job_id: str | None = None
    ) -> None:
        super().__init__(message, job_id=job_id)
        self.lane = lane
        self.length = length
        self.bound = bound


class InvalidJob(MemoirError, ValueError):
    """A field is missing or wrong, and sending it again would not help."""

    def __init__(self, message: str = "", *, field: str | None = None, job_id: str | None = None) -> None:
        super().__init__(message, job_id=job_id)
        # The field at fault, or the path in it, such as `filters` or `amount.gte`; None where no single one is.
        self.field = field


class JobFailed(MemoirError):
    """The job was answered with an error. `code` is stable and listed in docs/wire.md."""

    def __init__(
        self, message: str = "", *, code: str = "", retryable: bool = False, job_id: str | None = None
    ) -> None:
        super().__init__(message, job_id=job_id)
        self.code = code
        # Whether the same job may succeed when it is sent again.
        self.retryable = retryable


class Expired(MemoirError):
    """The deadline passed before a worker began: the job was not done, and will not be."""


class TimedOut(MemoirError, TimeoutError):
    """No answer in time. The job may still be done: `MemoryManager.result(error.job_id)` asks again."""


class Unavailable(MemoirError):
    """Redis is away or refuses. The message says what to do."""


class Closed(MemoirError):
    """The manager was closed while, or before, it was used."""
