"""Memoir's client: one line of Python to remember a text, another to find it again.

manager = MemoryManager()
await manager.save("invoices", "SNCB, train to Lyon", {"matched": False})
await manager.search("invoices", "rail travel", filters={"matched": False})
"""

from .errors import Closed, Expired, InvalidJob, JobFailed, MemoirError, QueueFull, TimedOut, Unavailable
from .manager import MemoryManager
from .memories import Memory, MemoryId, Page, SaveItem, SearchResult

__all__ = [
    "Closed",
    "Expired",
    "InvalidJob",
    "JobFailed",
    "MemoirError",
    "Memory",
    "MemoryId",
    "MemoryManager",
    "Page",
    "QueueFull",
    "SaveItem",
    "SearchResult",
    "TimedOut",
    "Unavailable",
]
