"""What agents have learnt, by team."""

from __future__ import annotations

from collections.abc import Iterator

from .copy_text import NULL, array, escape
from .dice import DAY, DAYS, Dice
from .prose import long_text
from .words import AGENTS, TEAMS, VENDORS

TAGS = ("invoices", "matching", "currency", "retry", "naming", "prefers-short", "月末", "VAT")
LONG_TEXT = (2_000, 7_000)
LIVES_DAYS = 90

# Each with a vendor's name and a number in it.
TEXTS: dict[str, tuple[str, ...]] = {
    "observation": (
        "{vendor} writes its invoice numbers with a slash on paper and with a dash in the file.",
        "Amounts of {vendor} are off by {number} cents after conversion: it rounds each line.",
        "The bank shortens “{vendor}” to eleven letters, without accents.",
    ),
    "decision": (
        "Matched {vendor} by amount and date only, since the reference was empty; {number} rows.",
        "Invoices of {vendor} above {number} go to the reviewer first.",
    ),
    "plan": (
        "1. fetch the statements\n2. match {vendor}\n3. ask about the {number} that are left",
        "Post the report on {vendor} on Monday, then wait {number} hours for comments.",
    ),
    "result": ("{number} of {number} documents of {vendor} were read; none was in doubt.", "Sent {number} reminders."),
    "error": (
        "The portal of {vendor} answered 503 {number} times; it works again after midnight.",
        'Could not parse {{"vendor": "{vendor}", "line": {number}}}: a quote was missing.',
    ),
    "preference": (
        "The finance lead wants sums in CHF where {vendor} is concerned, and no emoji 🙅.",
        "Answers about {vendor} should be in German, with „Anführungszeichen“, at most {number} words.",
    ),
}
KINDS = tuple(TEXTS)


def rows(count: int, dice: Dice) -> Iterator[str]:
    for _ in range(count):
        kind = dice.pick(KINDS)
        day = dice.between(0, DAYS - 1)
        created = dice.time(day)
        expires = f"{DAY[day + dice.between(1, LIVES_DAYS)]} 23:59:59+00" if dice.chance(0.3) else NULL
        # A null and an empty array are two things.
        tags = array(dict.fromkeys(dice.pick(TAGS) for _ in range(dice.between(0, 3)))) if dice.chance(0.9) else NULL
        values = [dice.uuid(), dice.pick(TEAMS), dice.pick(AGENTS)]
        values += [f"task-{dice.between(1, 400)}" if dice.chance(0.8) else NULL, dice.uuid(), kind]
        values += [escape(text(dice, kind)), f"{dice.random():.2f}" if dice.chance(0.9) else NULL, tags]
        yield "\t".join([*values, created, expires, created]) + "\n"


def text(dice: Dice, kind: str) -> str:
    short = dice.pick(TEXTS[kind]).format(vendor=dice.pick(VENDORS).name, number=dice.between(2, 500))
    return f"{short}\n\n{long_text(dice, dice.between(*LONG_TEXT))}" if dice.chance(0.04) else short
