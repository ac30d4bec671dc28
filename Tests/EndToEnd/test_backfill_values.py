"""Values of every kind: what is stored of them, and those that no memory can be made of."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import StartWorker
from harness import memoir
from harness.engines import Engines
from harness.source import MAPPING, Source, source_of
from harness.status import JOB_FAILED, MISCONFIGURED, OK
from harness.store import Store

POSTGRES = True
GOOD = 10
MEBIBYTE = 1 << 20
# Over OpenAI's 8,191 tokens, as the stub counts them: a quarter of a token for each byte.
TOO_LONG_TO_EMBED = 40_000

pytestmark = pytest.mark.usefixtures("emptied")

# By column: its type, a value in SQL, and what is stored of it.
KINDS: dict[str, tuple[str, str, Any]] = {
    "small": ("smallint", "-32768", -32_768),
    "big": ("bigint", "9223372036854775807", 9_223_372_036_854_775_807),
    "exact": ("numeric", "12345.670", 12_345.67),
    "tiny": ("numeric", "0.000000000000000000001", 1e-21),
    "real_number": ("real", "0.1", 0.1),
    "double_number": ("double precision", "6.02e23", 6.02e23),
    "yes": ("boolean", "true", True),
    "words": ("text", "E'a \"quoted\" \\\\ back\\nslash € 東京 🎉'", 'a "quoted" \\ back\nslash € 東京 🎉'),
    "padded": ("char(5)", "'EUR'", "EUR"),
    "identity": ("uuid", "'0e37df36-f698-11e6-8dd4-cb9ced3df976'", "0e37df36-f698-11e6-8dd4-cb9ced3df976"),
    "day": ("date", "'2026-02-28'", "2026-02-28"),
    "moment": ("timestamptz", "'2026-02-28 12:00:00.5+02'", "2026-02-28T10:00:00.5Z"),
    "local_moment": ("timestamp", "'2026-02-28 12:00:00'", "2026-02-28T12:00:00Z"),
    "hour": ("time", "'12:30'", "12:30:00"),
    "bytes": ("bytea", "'\\x00ff'", "\\x00ff"),
    "tags": ("text[]", "ARRAY['a', NULL, 'b, \"c\"', '{}']", ["a", None, 'b, "c"', "{}"]),
    "matrix": ("integer[]", "'{{1,2},{3,4}}'", [[1, 2], [3, 4]]),
    "shifted": ("integer[]", "'[0:1]={7,8}'", [7, 8]),
    "empty": ("text[]", "'{}'", []),
    "document": ("jsonb", '\'{"a": [1, {"b": null}], "é": "\\u00e9"}\'', {"a": [1, {"b": None}], "é": "é"}),
    "plain_json": ("json", "'[1, 2.50]'", [1, 2.5]),
    "missing": ("text", "NULL", None),
}


def test_values_of_every_kind(source: Source, start_worker: StartWorker) -> None:
    columns = ", ".join(f"{name} {kind}" for name, (kind, _, _) in KINDS.items())
    source.create(f"id integer PRIMARY KEY, {columns}")
    values = ", ".join(value for _, value, _ in KINDS.values())
    source.database.tell(f"INSERT INTO {source.name} VALUES (1, {values})")
    metadata = {name: name for name in KINDS}
    source.configure({"content": "{words} {yes} {day} {tags} {missing|nothing}", "metadata": metadata}, fields={})
    start_worker(source.env)
    assert source.pour().counts() == {"rows": 1, "enqueued": 1, "ok": 1}
    payload = source.stored()[source_of(1)]
    for name, (kind, _, expected) in KINDS.items():
        found = payload.get(name)
        # A float and an integer of one value are not the same where the column says which it is.
        wanted = pytest.approx(expected) if isinstance(expected, float) else expected
        assert found == wanted and isinstance(found, bool) == isinstance(expected, bool), f"{name} {kind}: {found!r}"
    assert payload["content"] == f'{KINDS["words"][2]} true 2026-02-28 a, b, "c", {{}} nothing'


def test_enums_domains_and_ranges_are_text(source: Source, start_worker: StartWorker) -> None:
    source.database.tell(f"CREATE TYPE mood_{source.name} AS ENUM ('łow', 'high')")
    source.database.tell(f"CREATE DOMAIN percent_{source.name} AS integer CHECK (VALUE BETWEEN 0 AND 100)")
    source.create(f"id integer PRIMARY KEY, mood mood_{source.name}, share percent_{source.name}, span int4range")
    source.database.tell(f"INSERT INTO {source.name} VALUES (1, 'łow', 40, '[1,5)')")
    metadata = {name: name for name in ("mood", "share", "span")}
    source.configure({"content": "{mood}", "metadata": metadata}, fields={})
    start_worker(source.env)
    source.pour()
    payload = source.stored()[source_of(1)]
    assert (payload["mood"], payload["share"], payload["span"]) == ("łow", 40, "[1,5)")


# Values that no memory can be made of

# The column, the value in SQL, and the code of the row's failure. All other rows of the table are stored.
BAD = {
    "number that is none": ("price", "'NaN'", "invalid_value"),
    "infinite number": ("price", "'Infinity'", "invalid_value"),
    "number beyond a double": ("price", "1e400", "invalid_value"),
    "infinite time": ("happened", "'infinity'", "invalid_value"),
    "time before all times": ("happened", "'-infinity'", "invalid_value"),
    "year of five digits": ("happened", "'12026-01-01 00:00Z'", "invalid_value"),
    "year before Christ": ("happened", "'0044-03-15 00:00Z BC'", "invalid_value"),
    "ten megabytes": ("body", f"repeat('x', {10 * MEBIBYTE})", "content_too_large"),
    "ten megabytes of metadata": ("extra", f"to_jsonb(repeat('x', {10 * MEBIBYTE}))", "metadata_too_large"),
    "number in a document beyond a double": ("extra", "'{\"a\": [1e400]}'", "invalid_value"),
    "null key": ("code", "NULL", "null_key"),
    "null tenant": ("tenant_id", "NULL", "null_tenant"),
    "blank text": ("body", "E' \\n\\t'", "empty_content"),
    "null text": ("body", "NULL", "empty_content"),
    "long key": ("code", "repeat('k', 2000)", "key_too_large"),
}
BAD_COLUMNS = """
    id bigint PRIMARY KEY, tenant_id text, code text, body text, price numeric, happened timestamptz, extra jsonb
"""
BAD_MAPPING: dict[str, object] = {
    "primaryKey": ["id"],
    "content": "{body}",
    "key": "{code}",
    "tenant": "tenant_id",
    "metadata": {"price": {"column": "price", "type": "number"}, "happened": "happened", "extra": "extra"},
}


def make_bad_rows(source: Source) -> dict[str, str]:
    """One row for each bad value, after good ones. Answers the codes that they deserve, by primary key."""
    source.create(BAD_COLUMNS)
    good = "'tenant', 'code ' || n, 'row ' || n, n, now(), '{}'"
    total = GOOD + len(BAD)
    source.database.tell(f"INSERT INTO {source.name} SELECT n, {good} FROM generate_series(1, {total}) AS n")
    deserved = {}
    for number, (column, value, code) in enumerate(BAD.values(), start=GOOD + 1):
        source.database.tell(f"UPDATE {source.name} SET {column} = {value} WHERE id = {number}")
        deserved[str(number)] = code
    source.configure(BAD_MAPPING)
    return deserved


def test_bad_rows_are_told_and_the_others_go_on(source: Source, store: Store, start_worker: StartWorker) -> None:
    deserved = make_bad_rows(source)
    start_worker(source.env)
    report = source.pour("--all", status=JOB_FAILED)
    assert report.plan["null_keys"] == 0
    assert report.counts() == {"rows": GOOD + len(BAD), "enqueued": GOOD, "rejected": len(BAD), "ok": GOOD}
    assert source.codes() == deserved
    source.assert_remembers(range(1, GOOD + 1))
    assert store.count(source.name) == GOOD
    text = memoir.run("backfill", "errors", "--collection", source.name, env=source.env).expect(OK).output
    assert all(number in text and code in text for number, code in deserved.items())
    assert "price" in text and "happened" in text


def test_null_in_the_primary_key(source: Source, start_worker: StartWorker) -> None:
    """Only a query has such rows. They are told before the question, and have no place in the order of the pages: they
    are no failures of the run."""
    source.create()
    source.fill(GOOD)
    query = f"SELECT nullif(id, 3) AS id, body FROM {source.name}"
    source.configure({"query": query, "primaryKey": ["id"], "content": "{body}"})
    start_worker(source.env)
    report = source.pour("--all")
    assert (report.plan["rows"], report.plan["null_keys"]) == (GOOD - 1, 1)
    assert report.counts() == {"rows": GOOD - 1, "enqueued": GOOD - 1, "ok": GOOD - 1}
    assert report.summary["left_out"] == 1
    assert source.failures() == []
    source.assert_remembers(number for number in range(1, GOOD + 1) if number != 3)


def test_row_data_cannot_steer_the_terminal(source: Source) -> None:
    """PostgreSQL quotes a value in its error."""
    source.create()
    source.database.tell(
        f"INSERT INTO {source.name} VALUES (1, 't', E'\\x1b]0;owned\\x07\\x1b[2J', 1, 1, now(), now())"
    )
    query = f"SELECT id, body::integer AS body FROM {source.name}"
    source.configure({"query": query, "primaryKey": ["id"], "content": "{body}"})
    answer = memoir.run(*source.command("--all", "--dry-run"), env=source.env).expect(MISCONFIGURED)
    assert "owned" in answer.errors
    assert not any(character in answer.errors for character in "\x1b\x07")


def test_mended_rows_are_sent_alone(source: Source, engines: Engines, start_worker: StartWorker) -> None:
    make_bad_rows(source)
    start_worker(source.env)
    source.pour("--all", status=JOB_FAILED)
    texts = engines.embedded()["texts"]
    mended = [GOOD + 1, GOOD + len(BAD)]
    source.database.tell(
        f"UPDATE {source.name} SET price = 1, code = 'mended ' || id WHERE id IN ({', '.join(map(str, mended))})"
    )
    retry = ("errors", "--retry", "--yes", "--json", "--collection", source.name)
    memoir.run("backfill", *retry, env=source.env).expect(JOB_FAILED)
    assert engines.embedded()["texts"] == texts + len(mended)
    source.assert_remembers([*range(1, GOOD + 1), *mended])
    assert set(source.codes()) == {str(number) for number in range(GOOD + 2, GOOD + len(BAD))}

    # The rest is mended by going away: there is nothing to retry of a row that is not there any more.
    source.database.tell(f"DELETE FROM {source.name} WHERE id > {GOOD} AND id NOT IN ({', '.join(map(str, mended))})")
    memoir.run("backfill", *retry, env=source.env).expect(OK)
    assert source.failures() == []


def test_rows_that_fail_on_their_way(source: Source, engines: Engines, start_worker: StartWorker) -> None:
    """The embedding service refuses them, long after they were read."""
    source.prepare(GOOD)
    source.database.tell(f"UPDATE {source.name} SET body = repeat('word ', {TOO_LONG_TO_EMBED} / 5) WHERE id IN (2, 5)")
    start_worker(source.env)
    report = source.pour("--all", status=JOB_FAILED)
    assert report.counts() == {"rows": GOOD, "enqueued": GOOD, "ok": GOOD - 2, "error": 2}
    assert source.codes() == {"2": "embedding_refused", "5": "embedding_refused"}

    source.database.tell(f"UPDATE {source.name} SET body = 'short ' || id || ' of {source.name}' WHERE id IN (2, 5)")
    texts = engines.embedded()["texts"]
    retry = ("errors", "--retry", "--yes", "--json", "--collection", source.name)
    memoir.run("backfill", *retry, env=source.env).expect(OK)
    assert engines.embedded()["texts"] == texts + 2
    assert source.failures() == []
    source.assert_remembers(range(1, GOOD + 1))


def test_text_that_is_no_utf8(source: Source, start_worker: StartWorker) -> None:
    """A database without an encoding keeps whatever bytes it was given."""
    source.database = source.database.make(f"ascii_{source.name}", "SQL_ASCII")
    source.env["DATABASE_URL"] = source.database.url
    source.create()
    source.fill(GOOD)
    source.database.tell(f"UPDATE {source.name} SET body = E'caf\\xe9' WHERE id = 2")
    source.database.tell(f"UPDATE {source.name} SET tenant_id = E'\\xff\\xfe' WHERE id = 3")
    source.database.tell(f"UPDATE {source.name} SET body = E'caf\\xc3\\xa9' WHERE id = 4")
    source.configure({**MAPPING, "tenant": "tenant_id"})
    start_worker(source.env)
    report = source.pour("--all", status=JOB_FAILED)
    assert report.counts() == {"rows": GOOD, "enqueued": GOOD - 2, "rejected": 2, "ok": GOOD - 2}
    assert source.codes() == {"2": "invalid_utf8", "3": "invalid_utf8"}
    assert source.stored()[source_of(4)]["content"].startswith("café")
    source.assert_remembers(number for number in range(1, GOOD + 1) if number not in (2, 3))
