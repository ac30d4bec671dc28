"""Texts of several kilobytes, made of sentences that fit anywhere."""

from __future__ import annotations

from .dice import Dice

SENTENCES = (
    "The amount is due within thirty days and without deduction.",
    "Goods remain the property of the seller until they have been paid for in full.",
    "Die Lieferung erfolgte frei Haus; Größe und Maß wurden bei der Annahme geprüft.",
    "Le délai de réclamation est de huit jours à compter de la réception de la marchandise.",
    "Reklamacje prosimy zgłaszać w ciągu czternastu dni, podając numer zamówienia.",
    "Ved spørgsmål om fakturaen bedes du kontakte bogholderiet; åbningstiderne står på næste side.",
    "お支払いは月末締め翌月末払いでお願いいたします。",
    "The second delivery was two pieces short, which the driver noted on the slip.",
    "Prices are net; the tax is shown apart for each rate.",
    "A rebate of 3 % was agreed with the purchasing team and is in the line above.",
    "Η πληρωμή γίνεται με τραπεζικό έμβασμα στον λογαριασμό της εταιρείας.",
    "Оплата производится в течение десяти банковских дней.",
    "The reviewer asked for the time sheets, which are attached as page two.",
    "Quoted from the contract: “hours are counted in steps of fifteen minutes”.",
    "El servicio se prestó según lo acordado, también el fin de semana.",
    "This part was replaced under warranty & costs nothing; it is listed for the record only.",
)
PARAGRAPH = 6


def long_text(dice: Dice, characters: int) -> str:
    """At least so many characters, in paragraphs."""
    parts: list[str] = []
    length = 0
    while length < characters:
        sentence = dice.pick(SENTENCES)
        parts.append(sentence + ("\n\n" if len(parts) % PARAGRAPH == PARAGRAPH - 1 else " "))
        length += len(sentence)
    return "".join(parts).rstrip()
