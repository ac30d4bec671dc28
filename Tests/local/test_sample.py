"""The sample: the same bytes every time, rows that its tables accept, and loading that may be repeated."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterator

import pytest
import yaml
from conftest import REPOSITORY, Engines

ROWS = {"invoices": 2_000, "social_posts": 1_200, "ad_reports": 600, "agent_context": 1_200}
# Of what `engines sample --print` says. Tests count rows and look for texts: a change of the sample changes them.
DIGESTS = {
    "invoices": "3f8f9a86dbd99579593e61057a4b6cd86c2489602c7b0176174556365f44af2b",
    "social_posts": "2f20e2cb9d6774c9dca1ff98aadc5290122113e9bfc95e6411ed275fe9dff605",
    "ad_reports": "083a5508561114ff8843538247727fc951b011036a26efe3a6c81e8fa20e4ac3",
    "agent_context": "6bff5a68b3a344c3991ade23dd69ca19f1d34a21e0b020f086e2a742fbbce26f",
}
MANY = 20_000
LONG = 1_500


def printed(engines: Engines, table: str, *options: str) -> str:
    return engines.call("sample", "--print", table, *options).stdout


def query(url: str, statement: str) -> list[str]:
    words = ["psql", url, "--no-psqlrc", "-Atc", statement]
    return subprocess.run(words, capture_output=True, text=True, check=True, cwd="/").stdout.splitlines()


def contents(url: str) -> dict[str, str]:
    """A digest of all rows of each table."""
    statement = "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} t"
    return {table: query(url, statement.format(table))[0] for table in ROWS}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engines, str]]:
    folder = tmp_path_factory.mktemp("sample")
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)
    engines = Engines(folder / "data")
    try:
        yield engines, engines.start("--only", "postgres")["DATABASE_URL"]
    finally:
        engines.call("clean")


@pytest.mark.parametrize("table", ROWS)
def test_the_same_bytes_every_time(engines: Engines, table: str) -> None:
    rows = printed(engines, table)
    assert rows.count("\n") == ROWS[table]
    assert hashlib.sha256(rows.encode()).hexdigest() == DIGESTS[table]


def test_more_rows_begin_with_the_same(engines: Engines) -> None:
    assert printed(engines, "invoices", "--rows", "3000").startswith(printed(engines, "invoices"))


@pytest.mark.parametrize("table", ROWS)
def test_rows_are_as_varied_as_real_ones(engines: Engines, table: str) -> None:
    rows = [line.split("\t") for line in printed(engines, table).splitlines()]
    assert len({len(row) for row in rows}) == 1
    text = "".join(value for row in rows for value in row)
    assert all(letter in text for letter in "éłß") and re.search("[ぁ-ヿ一-鿿]", text)
    assert any("\\N" in row for row in rows)
    assert max(len(value) for row in rows for value in row) >= LONG
    if table in ("invoices", "ad_reports"):
        currencies = {value for row in rows for value in row if re.fullmatch("[A-Z]{3}", value)}
        assert currencies >= {"EUR", "USD", "GBP", "JPY", "CHF"}
    if table == "social_posts":
        assert re.search("[\U0001f300-\U0001faff]", text)


def test_load_twice(database: tuple[Engines, str]) -> None:
    engines, url = database
    for _ in range(2):
        engines.call("sample")
        for table, rows in ROWS.items():
            assert query(url, f"SELECT count(*) FROM {table}") == [str(rows)]
        digests = contents(url)
        query(url, "DELETE FROM invoices WHERE id <= 10; UPDATE agent_context SET content = 'changed'")
        assert contents(url) != digests
    engines.call("sample", "--database", url)
    assert contents(url) == digests


def test_load_many(database: tuple[Engines, str]) -> None:
    engines, url = database
    engines.call("sample", "--rows", str(MANY))
    assert query(url, "SELECT count(*), count(DISTINCT (vendor_id, invoice_number)) FROM invoices") == [
        f"{MANY}|{MANY}"
    ]
    # The next row that somebody adds has the next number.
    values = "('v', 'V', '1', '2025-01-01', 1, 'EUR')"
    columns = "(vendor_id, vendor_name, invoice_number, invoice_date, total_amount, currency)"
    added = query(
        url, f"INSERT INTO invoices {columns} VALUES {values} RETURNING id, updated_at > now() - interval '1 h'"
    )
    assert added[0] == f"{MANY + 1}|t"
    changed = query(url, "UPDATE invoices SET matched = true WHERE id = 1 RETURNING updated_at = now()")
    assert changed[0] == "t"


def test_another_table_stays(database: tuple[Engines, str]) -> None:
    engines, url = database
    engines.call("sample")
    query(url, "DROP TABLE ad_reports; CREATE TABLE ad_reports (mine int); INSERT INTO ad_reports VALUES (7)")
    digest = contents(url)
    try:
        complaint = engines.call("sample", code=1).stderr
        assert "nothing was changed" in complaint and "not the sample's stand in its place: ad_reports" in complaint
        assert contents(url) == digest
    finally:
        query(url, "DROP TABLE ad_reports")
    engines.call("sample")
    assert query(url, "SELECT count(*) FROM ad_reports") == ["600"]


def test_a_password_is_no_argument_and_no_message(engines: Engines) -> None:
    url = "postgresql://somebody:secret%21word@127.0.0.1:1/memoir"
    complaint = engines.call("sample", "--database", url, code=1).stderr
    assert "nothing was changed" in complaint
    assert "secret" not in complaint


def test_without_postgres(engines: Engines) -> None:
    assert "start --postgres" in engines.call("sample", code=1).stderr


def test_shipped_collections_fit_the_tables(database: tuple[Engines, str]) -> None:
    """Each column that config/collections.yaml names is there, and each key is of one row only."""
    engines, url = database
    engines.call("sample")
    collections = yaml.safe_load((REPOSITORY / "config" / "collections.yaml").read_text())["collections"]
    assert set(collections) == set(ROWS)
    for name, collection in collections.items():
        source, fields = collection["source"], collection["fields"]
        assert source["table"] == f"public.{name}"
        statement = f"SELECT column_name FROM information_schema.columns WHERE table_name = '{name}'"
        columns = set(query(url, statement))
        metadata = {
            field: each if isinstance(each, str) else each["column"] for field, each in source["metadata"].items()
        }
        named = {*source["primaryKey"], source["updated"], *metadata.values()}
        named |= {source["tenant"]} if "tenant" in source else set()
        for template in (source["content"], source.get("key", "")):
            named |= {part.partition("|")[0] for part in re.findall(r"\{([^{}]+)\}", template)}
        assert named <= columns, named - columns
        assert set(metadata) <= set(fields), set(metadata) - set(fields)
        key = re.findall(r"\{([^{}]+)\}", source.get("key", "")) or source["primaryKey"]
        tenant = [source["tenant"]] if "tenant" in source else []
        distinct = ", ".join([*key, *tenant])
        assert query(url, f"SELECT count(DISTINCT ({distinct})) FROM {name}") == [str(ROWS[name])]
