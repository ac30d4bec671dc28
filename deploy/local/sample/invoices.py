"""Invoices: many of them where asked for, so each costs a few microseconds only."""

from __future__ import annotations

from collections.abc import Iterator

from .copy_text import NULL, escape
from .dice import DAY, DAYS, Dice
from .prose import long_text
from .words import GOODS, RATES, VENDORS

MOST_PIECES = 12
CHANGED_WITHIN_DAYS = 60
DUE_AFTER_DAYS = (7, 14, 30, 30, 30, 60)
LONG_TEXT = (1_500, 6_000)

# By vendor what is the same in all its invoices. Nothing here needs to be escaped, neither for COPY nor in JSON.
OFFERS = [(vendor, *GOODS[vendor.category], *RATES[vendor.currency]) for vendor in VENDORS]


def rows(count: int, dice: Dice) -> Iterator[str]:
    draw = dice.random
    for number in range(1, count + 1):
        vendor, least, most, goods, rate, decimals = OFFERS[int(draw() * len(OFFERS))]
        thing = goods[int(draw() * len(goods))]
        # Most are small: the square draws them towards the least.
        total = round((least + (most - least) * draw() ** 2) * rate, decimals)
        day = int(draw() * DAYS)
        issued = DAY[day]
        due = DAY[day + DUE_AFTER_DAYS[int(draw() * 6)]] if draw() < 0.92 else NULL
        description = thing if draw() < 0.98 else NULL
        category = vendor.category if draw() < 0.94 else NULL
        matched = "t" if draw() < 0.6 else "f"
        lines = NULL
        if draw() < 0.4:
            lines = f'[{{"text": "{thing}", "quantity": {int(draw() * MOST_PIECES) + 1}, "amount": {total}}}]'
        notes = escape(long_text(dice, dice.between(*LONG_TEXT))) if draw() < 0.012 else NULL
        changed = dice.time(min(day + int(draw() * CHANGED_WITHIN_DAYS), DAYS - 1))
        yield (
            f"{number}\t{vendor.id}\t{vendor.name}\t{vendor.prefix}-{issued[:4]}-{number:06}\t{issued}\t{due}\t"
            f"{description}\t{total:.2f}\t{vendor.currency}\t{category}\t{matched}\t{lines}\t{notes}\t{changed}\n"
        )
