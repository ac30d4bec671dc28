"""Puts the sample into a database, with psql, all of it or nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import unquote, urlsplit

from control.errors import EnginesError
from control.postgres import clean_environment, programs

from .tables import TABLES, copy_lines

SCHEMA = Path(__file__).with_name("schema.sql")
LINES_AT_ONCE = 2_000

# Another's table of the same name stays: then nothing is done at all.
REFUSE = """
DO $$
DECLARE
    taken text;
BEGIN
    SELECT string_agg(relname, ', ') INTO taken FROM pg_class
    WHERE relname = ANY('{{{names}}}') AND relnamespace = 'public'::regnamespace
        AND obj_description(oid, 'pg_class') IS DISTINCT FROM 'Memoir''s sample';
    IF taken IS NOT NULL THEN
        RAISE EXCEPTION 'tables that are not the sample''s stand in its place: %', taken;
    END IF;
END
$$;
"""
DROP = """
DROP TABLE IF EXISTS {names};
DROP TYPE IF EXISTS post_platform, context_kind;
DROP FUNCTION IF EXISTS sample_set_updated_at;
"""
FINISH = """
SELECT setval(pg_get_serial_sequence(name, 'id'), greatest(rows, 1))
FROM (VALUES ('invoices', (SELECT count(*) FROM invoices)), ('social_posts', (SELECT count(*) FROM social_posts)))
    AS of (name, rows);
ANALYZE {names};
"""


def script(invoices: int) -> Iterator[str]:
    """What psql is told."""
    names = ", ".join(TABLES)
    yield "SET client_min_messages = warning; SET search_path = public;"
    yield REFUSE.format(names=names.replace(" ", ""))
    yield DROP.format(names=names)
    yield SCHEMA.read_text(encoding="utf-8")
    for name in TABLES:
        yield f"COPY {name} FROM STDIN;\n"
        lines = copy_lines(name, invoices if name == "invoices" else None)
        while several := "".join(islice(lines, LINES_AT_ONCE)):
            yield several
        yield "\\.\n"
    yield FINISH.format(names=names)


def load(database: str, invoices: int) -> None:
    """Replaces the sample of an earlier call, if there is one."""
    url = urlsplit(database)
    environment = clean_environment() | {"PGCLIENTENCODING": "UTF8"}
    if url.password is not None:
        # Others can read the arguments of a process, and not its environment.
        environment["PGPASSWORD"] = unquote(url.password)
        user, _, host = url.netloc.rpartition("@")
        database = url._replace(netloc=f"{user.partition(':')[0]}@{host}").geturl()
    options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    psql = subprocess.Popen(
        [str(programs() / "psql"), *options, "--file=-", f"--dbname={database}"],
        env=environment,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert psql.stdin is not None and psql.stderr is not None
    try:
        for part in script(invoices):
            psql.stdin.write(part)
        psql.stdin.close()
    except BrokenPipeError:
        # It says why it ended.
        pass
    complaint = psql.stderr.read()
    if psql.wait() != 0:
        raise EnginesError(f"The sample was not loaded, and nothing was changed:\n{complaint.strip()}")
