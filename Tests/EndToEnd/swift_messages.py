"""What the MCP servers of the Swift tests have said is as the specification has it, in every version.

scripts/test runs this after the Swift tests: they write into the folder that MEMOIR_TEST_MCP_RECORDINGS names.
"""

from __future__ import annotations

import os
from pathlib import Path

from harness.mcp_review import NEW, VERSIONS, Review


def test_all_that_was_said_is_as_specified() -> None:
    review = Review(Path(os.environ["MEMOIR_TEST_MCP_RECORDINGS"]))
    assert review.complaints() == []
    answered = {(heard.version, heard.method) for heard in review.heard if heard.kind == "result"}
    assert {(version, "tools/list") for version in VERSIONS} <= answered
    assert {(version, "initialize") for version in VERSIONS if version != NEW} <= answered
    assert (NEW, "server/discover") in answered
