"""Posts in several languages, some of them long, some drafts."""

from __future__ import annotations

from collections.abc import Iterator

from .copy_text import NULL, array, escape
from .dice import DAYS, Dice
from .prose import long_text
from .words import ACCOUNTS

PLATFORMS = ("linkedin", "linkedin", "x", "instagram", "facebook", "mastodon")
CONTENT_TYPES = ("text", "text", "image", "video", "carousel", "link")
HASHTAGS = ("bookkeeping", "Buchhaltung", "経理", "café", "remotework", "AI", "naïve", "teamØ", "hiring", "VAT")
EMOJI = ("🎉", "🚀", "📊", "👩‍💻", "🇨🇭", "🧾", "☕️", "✅", "👋🏽")
LONG_TEXT = (2_000, 5_000)

TEXTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "en": (
        ("We matched our millionth receipt today", "Month-end in one afternoon: here is how",
         "Our new office smells of paint",
         "Nobody became a bookkeeper to type numbers", "We are hiring a reviewer for the night shift"),
        ("and nobody had to stay late.", "Ask us anything below.", "Thanks to the whole support team!",
         "Link in the first comment.",
         "What would you automate first?"),
    ),
    "de": (
        ("Größer, schneller, leiser: die neue Ansicht ist da", "Belege scannen macht keinen Spaß – das ändern wir",
         "Unser Büro in Köln sucht Verstärkung", "Drei Fehler beim Jahresabschluss"),
        ("und wie man sie vermeidet.", "Schreibt uns eure Fragen!", "Heiße Tipps im Artikel.",
         "Wir freuen uns auf euch."),
    ),
    "fr": (
        ("Nouveau : vos reçus classés en un éclair", "Où en êtes-vous avec la clôture ?",
         "Le café est prêt, la démo aussi"),
        ("Réservez votre créneau dès aujourd’hui.", "À bientôt au salon !", "Merci à l’équipe d’à côté."),
    ),
    "pl": (
        ("Łatwiejsze księgowanie od dziś", "Szukamy osoby do działu wsparcia w Łodzi"),
        ("Więcej w komentarzu.", "Zażółć gęślą jaźń – nasze czcionki już to potrafią."),
    ),
    "ja": (
        ("経費精算がもっと簡単になりました", "新しいダッシュボードを公開しました", "月末の残業をゼロに"),
        ("ぜひお試しください。", "詳しくはプロフィールのリンクから。", "ご意見をお待ちしています。"),
    ),
    "nl-BE": (
        ("Facturen afpunten zonder gezeur", "Kom langs op de beurs in Gent"),
        ("Tot dan!", "Er is koffie, en één taart."),
    ),
}  # fmt: skip
LANGUAGES = ("en", "en", "en", "de", "de", "fr", "pl", "ja", "nl-BE")


def rows(count: int, dice: Dice) -> Iterator[str]:
    for number in range(1, count + 1):
        language = dice.pick(LANGUAGES)
        platform = dice.pick(PLATFORMS)
        tags = [dice.pick(HASHTAGS) for _ in range(dice.between(0, 4))]
        day = dice.between(0, DAYS - 1)
        common = [str(number), platform, dice.pick(ACCOUNTS), escape(body(dice, language, number))]
        common += [dice.pick(CONTENT_TYPES), language, array(dict.fromkeys(tags))]
        figures = published(dice, platform, number, day) if dice.chance(0.9) else [NULL] * 6
        yield "\t".join([*common, *figures, dice.time(day)]) + "\n"


def body(dice: Dice, language: str, number: int) -> str:
    openings, endings = TEXTS[language]
    text = f"{dice.pick(openings)} {dice.pick(EMOJI)}\n{dice.pick(endings)} (№ {number})"
    return f"{text}\n\n{long_text(dice, dice.between(*LONG_TEXT))}" if dice.chance(0.03) else text


def published(dice: Dice, platform: str, number: int, day: int) -> list[str]:
    likes = int(2_000 * dice.random() ** 3)
    comments, shares = likes // dice.between(4, 20), likes // dice.between(8, 40)
    engagement = (likes + comments + shares) / (likes * dice.between(3, 90) + 500)
    # Mastodon does not say how often a post was seen.
    share = NULL if platform == "mastodon" else repr(round(engagement, 5))
    url = f"https://{platform}.example/lumenledger/{number}"
    return [dice.time(day), str(likes), str(comments), str(shares), share, url]
