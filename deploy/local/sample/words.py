"""What the rows are drawn from. Every company, place of work and campaign is invented; people are roles."""

from __future__ import annotations

from typing import NamedTuple


class Vendor(NamedTuple):
    """`prefix` begins the numbers of its invoices."""

    id: str
    name: str
    currency: str
    category: str
    prefix: str


VENDORS = tuple(
    Vendor(f"V{1000 + number}", *values)
    for number, values in enumerate(
        [
            ("Bruma Rail", "EUR", "travel", "BR"),
            ("Fjellvei Reiser AS", "EUR", "travel", "FV"),
            ("Hôtel du Vieux Clocher", "EUR", "travel", "HVC"),
            ("Gasthof Zum Weißen Hirschen", "CHF", "travel", "GWH"),
            ("Kōyō Ryokan 紅葉旅館", "JPY", "travel", "KY"),
            ("Larkhill Taxis Ltd", "GBP", "travel", "LT"),
            ("Nimbus Acre Hosting Inc.", "USD", "software", "NA"),
            ("Quillmark Software Ltd", "GBP", "software", "QM"),
            ("Datenwerk Größler GmbH", "EUR", "software", "RE"),
            ("Północ Systemy sp. z o.o.", "EUR", "software", "FV"),
            ("株式会社青葉ソフト", "JPY", "software", "AO"),
            ("Λογισμικό Αιγαίου ΑΕ", "EUR", "software", "ΤΙΜ"),
            ("Papeterie Lumière & Fils", "EUR", "office", "F"),
            ("Kontorhuset Ærø ApS", "EUR", "office", "KH"),
            ("Brightpaper Supply Co.", "USD", "office", "BP"),
            ("文具の松葉", "JPY", "office", "MB"),
            ("Möbelhof Straßburg", "EUR", "furniture", "MH"),
            ("Stolarnia Żuraw", "EUR", "furniture", "SŻ"),
            ("Ashgrove Seating Ltd", "GBP", "furniture", "AS"),
            ("Energía del Páramo S.L.", "EUR", "energy", "EP"),
            ("Stadtwerke Übersee", "EUR", "energy", "SÜ"),
            ("Vindkraft Söder AB", "EUR", "energy", "VS"),
            ("Alpstrom Genossenschaft", "CHF", "energy", "AG"),
            ("Restaurant La Châtaigne", "EUR", "representation", "LC"),
            ("De Gulden Lepel", "EUR", "representation", "GL"),
            ("Çınaraltı Lokantası", "EUR", "representation", "ÇL"),
            ("料亭さくら川", "JPY", "representation", "SK"),
            ("Café Łąka", "EUR", "representation", "CŁ"),
            ("Telefónica del Faro Norte", "EUR", "telecoms", "TF"),
            ("Glasnet Südost GmbH", "EUR", "telecoms", "GS"),
            ("Copperline Broadband", "GBP", "telecoms", "CB"),
            ("Seguros Peña Alta", "EUR", "insurance", "SP"),
            ("Helvetia-Rütli Versicherung", "CHF", "insurance", "HR"),
            ("Harbour & Vale Mutual", "GBP", "insurance", "HV"),
            ("Druckerei Weiß & Söhne", "EUR", "marketing", "DW"),
            ("Atelier Brûlant", "EUR", "marketing", "AB"),
            ("Signal Orchard Media LLC", "USD", "marketing", "SO"),
            ("Студия Северный Ветер", "EUR", "marketing", "СВ"),
            ("Transportes Coração", "EUR", "logistics", "TC"),
            ("Přeprava Říp s.r.o.", "EUR", "logistics", "PŘ"),
            ("Overland Parcel Co.", "USD", "logistics", "OP"),
            ("شركة النخيل للشحن", "USD", "logistics", "NK"),
            ("Notariat Köhlbrand", "EUR", "legal", "NK"),
            ("Étude Bélanger-Roc", "CHF", "legal", "EB"),
            ("Wexcombe Legal LLP", "GBP", "legal", "WL"),
            ("Sprachschule Mosaïk", "EUR", "training", "SM"),
            ("Fern Hill Academy", "GBP", "training", "FH"),
            ("한빛교육원", "USD", "training", "HB"),
        ]
    )
)

# What each kind of vendor sells, with the least and the most that it costs in euros.
GOODS: dict[str, tuple[int, int, tuple[str, ...]]] = {
    "travel": (30, 1_900, (
        "train tickets Ghent–Köln, two adults, second class", "three nights, single room, breakfast included",
        "taxi from the airport to the trade fair", "seat reservations and a bicycle, Århus–Malmö",
        "meeting room for half a day, coffee included", "rental car, five days, full insurance",
        "return flight to Kraków, one bag", "monthly pass for the city's trams", "night train to Zürich, couchette",
    )),
    "software": (9, 4_800, (
        "virtual servers, three machines and 400 GB of storage", "licences for the ledger, twelve seats",
        "support contract, answer within four hours", "domain names, renewal for two years",
        "error tracking, team plan", "translation memory, 250,000 words", "backup space, 2 TB, geo-redundant",
        "setup of single sign-on, eight hours", "design tool, yearly plan, five editors",
    )),
    "office": (4, 640, (
        "copy paper A4, forty reams", "toner, black and cyan, high yield", "whiteboard markers and a magnetic eraser",
        "notebooks with dots, 120 pages", "coffee beans 10 kg, washed, medium roast", "labels 62 × 29 mm, ten rolls",
        "envelopes C5 with window", "desk lamps, four pieces, warm white",
    )),
    "furniture": (90, 7_200, (
        "office chairs, six pieces, adjustable armrests", "height-adjustable desk 180 × 80 cm, oak",
        "acoustic panels, twelve, felt, grey", "shelves for the archive, delivery to the second floor",
        "reception counter, made to measure", "sofa for the quiet room, blue",
    )),
    "energy": (60, 2_600, (
        "electricity, day and night tariff, meter reading estimated", "gas and heating, yearly settlement",
        "district heating, basic charge", "charging of two electric cars", "credit for solar power fed in, less tax",
    )),
    "representation": (18, 900, (
        "dinner with the client, four covers", "lunch for the workshop, vegetarian",
        "crémant and small bites, team event",
        "cakes for the anniversary, twenty pieces", "dinner for the jury, wine not included",
        "breakfast with the investors",
    )),
    "telecoms": (12, 780, (
        "fibre line 1 Gbit/s, basic charge", "mobile phones, nine contracts", "roaming in Switzerland, 4 GB",
        "conference numbers, minutes by usage", "replacement of a router",
    )),
    "insurance": (110, 5_400, (
        "professional liability, yearly premium", "cover for the electronics",
        "fleet insurance, two cars, green card",
        "legal protection, quarter", "travel cancellation, annual policy",
    )),
    "marketing": (80, 9_500, (
        "flyers A6, 5,000 pieces, recycled paper", "photographs of the team, half a day",
        "booth at the trade fair, 12 m²",
        "radio spot, thirty seconds, twenty broadcasts", "stickers “naïve & proud”, die-cut",
        "animation for the launch, 40 s",
    )),
    "logistics": (8, 3_100, (
        "parcels to Łódź, 31 pieces", "pallet to Genève, tail lift, notified a day before",
        "customs clearance, two items",
        "storage of six pallets", "express courier, documents", "return of demo devices, insured",
    )),
    "legal": (150, 6_900, (
        "certification of signatures", "review of the data processing agreement",
        "trademark application, three classes",
        "advice on a lease, 5.5 hours", "entry in the commercial register",
    )),
    "training": (90, 3_800, (
        "course “Ledger for beginners”, two days", "German lessons B2, ten units", "first aid, nine participants",
        "workshop on prompts and privacy, materials included", "certificate exam, one attempt",
    )),
}  # fmt: skip

# A euro in each currency, and whether it has cents.
RATES = {"EUR": (1.0, 2), "USD": (1.1, 2), "GBP": (0.85, 2), "JPY": (160.0, 0), "CHF": (0.95, 2)}

ACCOUNTS = ("@lumenledger", "@lumenledger_de", "@lumenledger.jp", "@lumen-careers", "@lumenledger_engineering")
TEAMS = ("finance", "marketing", "support", "research")
AGENTS = ("bookkeeper", "matcher", "copywriter", "analyst", "scheduler", "reviewer")
