"""Texts of many languages and kinds: from Python's own documentation and sources, from the translations in Django's
wheel, and made up. The same seed gives the same texts."""

from __future__ import annotations

import base64
import gettext
import importlib.util
import json
import pydoc_data.topics
import string
import sysconfig
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

# Names as Django has them.
LANGUAGES = {
    "French": "fr",
    "German": "de",
    "Spanish": "es",
    "Polish": "pl",
    "Finnish": "fi",
    "Russian": "ru",
    "Ukrainian": "uk",
    "Greek": "el",
    "Chinese, simplified": "zh_Hans",
    "Chinese, traditional": "zh_Hant",
    "Japanese": "ja",
    "Korean": "ko",
    "Arabic": "ar",
    "Hebrew": "he",
    "Hindi": "hi",
    "Thai": "th",
    "Vietnamese": "vi",
    "Georgian": "ka",
    "Armenian": "hy",
    "Telugu": "te",
}
MADE_UP = 300
CODE_FILES = 120
LINES_OF_CODE = 40

VENDORS = (
    "SNCB", "Luminus", "Électricité de France", "Proximus", "Deutsche Bahn", "L'Oréal", "Zürich Versicherung", "Škoda",
    "国家铁路公司", "株式会社日立製作所", "Łódzkie Zakłady", "ACME Corp.",
)  # fmt: skip
ITEMS = (
    "Fournitures de bureau", "Train ticket Bruxelles-Lyon", "Büromaterial", "Hébergement à Genève",
    "Cloud storage 2 TB", "Café, thé & croissants", "Nettoyage des vitres", "Überstunden",
)  # fmt: skip
CURRENCIES = ("€", "$", "£", "CHF", "EUR", "¥", "kr", "zł")
ALPHABETS = {
    "random lower-case letters": string.ascii_lowercase,
    "random upper-case letters": string.ascii_uppercase,
    "random letters and digits": string.ascii_letters + string.digits,
    "random printable ASCII": string.printable,
    "random accented Latin": "".join(map(chr, range(0xC0, 0x180))),
    "random Greek": "".join(map(chr, range(0x391, 0x3CA))),
    "random Cyrillic": "".join(map(chr, range(0x410, 0x450))),
    "random Devanagari": "".join(map(chr, range(0x904, 0x93A))),
    "random kana": "".join(map(chr, range(0x3041, 0x30FF))),
    "random Chinese": "".join(map(chr, range(0x4E00, 0xA000))),
    "random Hangul": "".join(map(chr, range(0xAC00, 0xD7A4))),
    "random of the first plane": "".join(map(chr, range(0xA0, 0xD800))),
    "random beyond it": "".join(map(chr, range(0x10000, 0x30000))),
}


def corpora(seed: int) -> dict[str, list[str]]:
    """Texts by kind, some hundred of each."""
    random = Random(seed)
    made_up: dict[str, Callable[[Random], str]] = {
        "invoices": invoice,
        "invoices, JSON": invoice_json,
        "emoji": lambda random: "".join(chr(random.choice(EMOJI)) for _ in range(random.randint(5, 100))),
        "UUIDs": lambda random: " ".join(str(uuid.UUID(int=random.getrandbits(128))) for _ in range(8)),
        "hexadecimal": lambda random: random.randbytes(random.randint(8, 200)).hex(),
        "base64": lambda random: base64.b64encode(random.randbytes(random.randint(20, 800))).decode(),
    }
    found = {"English": english(random), "code": code()}
    found |= {name: translations(code_of, random) for name, code_of in LANGUAGES.items()}
    found |= {name: [make(random) for _ in range(MADE_UP)] for name, make in made_up.items()}
    for name, alphabet in ALPHABETS.items():
        found[name] = ["".join(random.choices(alphabet, k=random.randint(20, 600))) for _ in range(MADE_UP)]
    return found


EMOJI = [*range(0x1F300, 0x1F650), *range(0x1F680, 0x1F700)]


def passages(sentences: Sequence[str], random: Random) -> list[str]:
    """Texts of one to twelve sentences."""
    made, at = [], 0
    while at < len(sentences):
        count = random.randint(1, 12)
        made.append(" ".join(sentences[at : at + count]))
        at += count
    return made


def english(random: Random) -> list[str]:
    paragraphs = [paragraph for topic in pydoc_data.topics.topics.values() for paragraph in topic.split("\n\n")]
    return passages([" ".join(paragraph.split()) for paragraph in paragraphs if len(paragraph) > 80], random)


def code() -> list[str]:
    """The beginnings of Python's modules and of Memoir's, forty lines each."""
    repository = Path(__file__).resolve().parents[3]
    files = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[:CODE_FILES]
    files += sorted((repository / "Sources").rglob("*.swift"))[:CODE_FILES]
    found = []
    for file in files:
        lines = file.read_text(errors="ignore").splitlines()[: LINES_OF_CODE * 10]
        found += ["\n".join(lines[at : at + LINES_OF_CODE]) for at in range(0, len(lines), LINES_OF_CODE)]
    return [text for text in found if text.strip()]


def translations(language: str, random: Random) -> list[str]:
    package = importlib.util.find_spec("django")
    if package is None or package.origin is None:
        raise RuntimeError("the package Django is not installed: run scripts/setup --development")
    sentences: list[str] = []
    for file in sorted(Path(package.origin).parent.rglob(f"locale/{language}/LC_MESSAGES/*.mo")):
        with open(file, "rb") as catalog:
            translated: dict[object, str] = vars(gettext.GNUTranslations(catalog))["_catalog"]
        sentences += [text for source, text in translated.items() if source and text]
    if not sentences:
        raise RuntimeError(f"Django has no translations into {language}")
    return passages(sentences, random)


def invoice(random: Random) -> str:
    def number(digits: int) -> str:
        return str(random.randrange(10**digits)).zfill(digits)

    lines = [
        f"{random.randint(1, 20)} x {random.choice(ITEMS)} à {random.uniform(1, 300):.2f} {random.choice(CURRENCIES)}"
        for _ in range(random.randint(0, 6))
    ]
    return (
        f"Facture {random.choice(('INV', 'F', 'RE'))}-{number(5)} {random.choice(VENDORS)} du "
        f"{random.randint(1, 28):02}/{random.randint(1, 12):02}/2024, montant {random.uniform(1, 9_999):.2f} "
        f"{random.choice(CURRENCIES)}, TVA BE0{number(3)}.{number(3)}.{number(3)}, IBAN BE{number(2)} {number(4)} "
        f"{number(4)} {number(4)} +++{number(3)}/{number(4)}/{number(5)}+++ " + "; ".join(lines)
    )


def invoice_json(random: Random) -> str:
    fields = {
        "vendor_name": random.choice(VENDORS),
        "amount": round(random.uniform(1, 9_999), 2),
        "matched": random.random() < 0.5,
        "issued": f"2024-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
        "lines": [{"sku": f"A{random.randrange(100_000):05}", "qty": random.randint(1, 9)} for _ in range(3)],
    }
    return json.dumps(fields, ensure_ascii=False)
