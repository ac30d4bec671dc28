"""The exit codes of Memoir's commands, as its help has them."""

from __future__ import annotations

OK = 0
JOB_FAILED = 1
USAGE = 64
UNAVAILABLE = 69
TRY_AGAIN = 75
MISCONFIGURED = 78
