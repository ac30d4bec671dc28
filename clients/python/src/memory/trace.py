"""The trace that a call is a part of: the job's spans become a part of it."""

from __future__ import annotations

import sys


def current() -> str | None:
    """The active OpenTelemetry span as W3C trace context; None where the program has none, or no OpenTelemetry."""
    # A program that traces has imported it. One that does not pays nothing.
    api = sys.modules.get("opentelemetry.trace")
    if api is None:
        return None
    context = api.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags & 1:02x}"
