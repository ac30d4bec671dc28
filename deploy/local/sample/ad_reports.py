"""Reports of campaigns, each of several periods: the campaign and the first day together name one."""

from __future__ import annotations

import json
from collections.abc import Iterator

from .copy_text import NULL, escape
from .dice import DAY, DAYS, Dice
from .prose import long_text

PLATFORMS = ("google_ads", "meta", "linkedin", "tiktok")
CURRENCIES = ("EUR", "EUR", "EUR", "USD", "GBP", "CHF", "JPY")
THEMES = (
    "Month-end without tears",
    "Schluss mit Zettelwirtschaft",
    "Reçus sans soucis",
    "月末ゼロ残業",
    "Łatwe rozliczenia",
    "Try the matcher",
    "Webinar: receipts and robots",
    "Winter offer",
)
AUDIENCES = ("retargeting", "lookalike 2 %", "search, brand", "search, generic", "accountants", "founders")
COUNTRIES = ("BE", "DE", "FR", "CH", "JP", "PL", "GB", "US", "DK")
FINDINGS = (
    "Clicks came at half the price of the period before, mostly on phones.",
    "The video tired out in its second week; frequency reached seven.",
    "Accented keywords (“reçu”, “Beleg für Büro”) were cheaper than those without.",
    "Conversions were tracked late because of the consent banner: expect ten per cent more.",
    "Spend stopped on the 20th when the budget was used up.",
    "The Japanese headline won against the English one by 3:1.",
)
# Days that a campaign's reports cover, and how many of them it has.
PERIODS = (7, 7, 14, 28)
MOST_REPORTS = 14
LONG_TEXT = (1_500, 4_000)


def rows(count: int, dice: Dice) -> Iterator[str]:
    written = campaign = 0
    while written < count:
        campaign += 1
        for row in reports(dice, campaign, min(dice.between(3, MOST_REPORTS), count - written)):
            yield row
            written += 1


def reports(dice: Dice, campaign: int, count: int) -> Iterator[str]:
    identity = f"C-{dice.between(10, 99)}{campaign:06}"
    platform, currency, audience = dice.pick(PLATFORMS), dice.pick(CURRENCIES), dice.pick(AUDIENCES)
    name = f"{dice.pick(THEMES)} – {audience}"
    days = dice.pick(PERIODS)
    first = dice.between(0, DAYS - days * count)
    for period in range(count):
        begin = first + period * days
        impressions = dice.between(800, 400_000)
        clicks = int(impressions * 0.06 * dice.random())
        spend = clicks * (0.2 + 2 * dice.random()) * (160 if currency == "JPY" else 1)
        target = json.dumps({"name": audience, "countries": [dice.pick(COUNTRIES)], "ages": [25, dice.between(35, 65)]})
        values = [identity, DAY[begin], DAY[begin + days - 1], name, platform, str(impressions), str(clicks)]
        values += [str(clicks // dice.between(8, 60)) if dice.chance(0.93) else NULL]
        values += [f"{spend:.0f}.00" if currency == "JPY" else f"{spend:.2f}", currency]
        values += [escape(target) if dice.chance(0.8) else NULL, escape(analysis(dice)) if dice.chance(0.9) else NULL]
        yield "\t".join([*values, dice.time(begin)]) + "\n"


def analysis(dice: Dice) -> str:
    text = " ".join(dict.fromkeys(dice.pick(FINDINGS) for _ in range(3)))
    return f"{text}\n\n{long_text(dice, dice.between(*LONG_TEXT))}" if dice.chance(0.05) else text
