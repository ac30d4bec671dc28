"""Filters that mean to reach further than the tenant of the job that carries them."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from . import filter_maker

Json = Any

# What one could write for the place where Memoir keeps the tenant. In raw text, so that JSON's escapes stay.
TENANT_PATHS = (
    r"_memoir.tenant", r"_memoir.tenant[]", r"_memoir[].tenant", r"_memoir[0].tenant", r"\"_memoir\".tenant",
    r"_memoir.\"tenant\"", r"\"_memoir\".\"tenant\"", r"\"_memoir.tenant\"", r"\u005fmemoir.tenant",
    r"_memoir\u002etenant", r"_memoir", r"_memoir[]", r"_memoir.key", r"tenant", r" _memoir.tenant", r"_memoir .tenant",
    r"_memoir..tenant", r"_memoir.tenant.", r"_memoir['tenant']", r"_memoir[\"tenant\"]", r"$._memoir.tenant",
    r"_memoir\u0000.tenant", r"_MEMOIR.tenant", r"\uff3fmemoir.tenant",
)  # fmt: skip
# Hold for every memory there is.
ALWAYS = (
    '{"must_not":[{"key":"missing","match":{"value":"x"}}]}',
    '{"should":[{"is_empty":{"key":"missing"}},{"key":"missing","match":{"value":1}}]}',
    '{"min_should":{"conditions":[{"is_empty":{"key":"missing"}},{"is_null":{"key":"missing"}}],"min_count":1}}',
    '{"must":[{"must_not":[{"must":[{"key":"missing","match":{"value":1}}]}]}]}',
    '{"must":[{"key":"content","match":{"except":["never"]}}]}',
    '{"missing":{"not":"x"}}',
    '{"content":{"not":["x","y"]},"missing":{"not":null}}',
)
# No filter, or not what it looks like.
TRICKS = (
    "{}", '{"must":[]}', '{"should":[]}', '{"must_not":[]}', '{"min_should":{"conditions":[],"min_count":0}}',
    '{"must":[{}]}', '{"should":[{}]}', '{"must":[],"must":[{"is_empty":{"key":"missing"}}]}',
    '{"a":1}],"should":[{"is_empty":{"key":"missing"}}', '{"a":1}]},{"must":[{"is_empty":{"key":"missing"}}]}',
    '{"must":[{"is_empty":{"key":"missing"}}]}]}', '{"must":[{"is_empty":{"key":"missing"}}]},"should":[',
    '{"filter":{"must":[{"is_empty":{"key":"missing"}}]}}', '{"must":{"is_empty":{"key":"missing"}}}',
    '{"$or":[{"missing":null}]}', '{"must":null}', '{"should":null,"must_not":null}', "null", "[]", '""',
    '{"must":[{"has_vector":""}]}', '{"tenant":null}', '{"tenant":"a"}', '{"_memoir":null}', '{"_memoir.tenant":null}',
    '{"_memoir.tenant":{"not":"x"}}', '{"_memoir":{"tenant":"a"}}', '{"\\u005fmemoir.tenant":{"not":"x"}}',
)  # fmt: skip
CONDITIONS = (
    '{"key":"%s","match":{"value":%s}}', '{"key":"%s","match":{"any":[%s]}}', '{"key":"%s","match":{"except":[%s]}}',
    '{"is_empty":{"key":"%s"}}', '{"is_null":{"key":"%s"}}', '{"key":"%s","is_empty":true}',
    '{"key":"%s","is_null":false}', '{"key":"%s","values_count":{"gte":0}}', '{"key":"%s","match":{"text":%s}}',
    '{"nested":{"key":"_memoir","filter":{"must":[{"key":"%s","match":{"value":%s}}]}}}',
    '{"nested":{"key":"%s","filter":{"must_not":[{"key":"missing","match":{"value":1}}]}}}',
)  # fmt: skip


def of_tenant(random: Random, others: list[str]) -> str:
    """A condition on where the tenant is kept."""
    shape = random.choice(CONDITIONS)
    path = random.choice(TENANT_PATHS)
    wanted = json.dumps(random.choice(others))
    return shape % (path, wanted) if shape.count("%s") == 2 else shape % path


def combined(random: Random, parts: list[str]) -> str:
    """A raw filter in which any of the parts could be what counts."""
    listed = ",".join(parts)
    return random.choice(
        (
            f'{{"should":[{listed}]}}',
            f'{{"must":[{listed}]}}',
            f'{{"must_not":[{listed}]}}',
            f'{{"should":[{listed}],"must":[],"must_not":[]}}',
            f'{{"min_should":{{"conditions":[{listed}],"min_count":{random.choice((0, 1))}}}}}',
            f'{{"must":[{{"should":[{listed},{ALWAYS[0]}]}}]}}',
            f'{{"must":[{{"must_not":[{{"must_not":[{listed}]}}]}}]}}',
            f'{{"should":[{{"must":[{listed}]}},{ALWAYS[0]}]}}',
        )
    )


def filters(random: Random, others: list[str], points: list[str]) -> str:
    """One filter, JSON or not.

    - `others`: names of tenants.
    - `points`: ids of memories, most of them of others.
    """
    some = json.dumps(random.sample(points, min(len(points), 100)))
    match random.randrange(7):
        case 0:
            return random.choice(ALWAYS)
        case 1:
            return random.choice(TRICKS)
        case 2:
            return combined(random, [of_tenant(random, others) for _ in range(random.randint(1, 3))])
        case 3:
            return combined(random, [f'{{"has_id":{some}}}', random.choice(ALWAYS[:5])][: random.randint(1, 2)])
        case 4:
            return json.dumps(filter_maker.raw(random, points))
        case 5:
            return json.dumps(filter_maker.simple(random))
        case _:
            whole = combined(random, [random.choice(ALWAYS[:5])] * random.choice((1, 40, 250)))
            return whole[: random.randint(1, len(whole))] if random.random() < 0.2 else whole
