"""How exactly a question wants its number: whole, or with so many decimals."""

from __future__ import annotations

from typing import Final

from promptkit.answers.words.phrases import lower_phrase

_COUNTS = {"one": 1, "1": 1, "two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4}
_COUNTS |= {"eine": 1, "einer": 1, "zwei": 2, "drei": 3, "une": 1, "deux": 2, "trois": 3, "un": 1, "uno": 1, "una": 1}
_COUNTS |= {"dos": 2, "tres": 3, "due": 2, "tre": 3, "duas": 2, "três": 3, "een": 1, "twee": 2, "drie": 3, "één": 1}
_PLACES = lower_phrase(
    rf"\b({'|'.join(_COUNTS)}) (?:decimal|(?:nach)?kommastelle|dezimalstelle|décimale|chiffres? après la virgule"
    r"|cifr[ae] decimal|casas? decima)"
)
_WHOLE = lower_phrase(
    r"\bwhole (?:number|percent|dollar|euro|minute|hour|day|degree)|\bas an integer\b"
    r"|\bnearest (?:whole|integer|dollar|euro|minute|second|hour|percent|degree|metre|meter|mile|day|year|gram|unit)\b"
    r"|\b(?:auf|in) ganzen?\b|\bganze zahl|\bgerundet auf ganze|\bnombre entier|\bà l'(?:unité|entier)"
    r"|\bnúmero entero|\bentero más|\bnumero intero|\bintero più|\bnúmero inteiro|\bheel getal|\bhele (?:getallen|euro)"
    r"|\bcałkowit|\bдо целого|四捨五入|整数"
)
_NAMED: Final = {"nearest tenth": 1, "nearest hundredth": 2, "nearest thousandth": 3, "nearest cent": 2}
_ASKING: Final = 300  # characters at the end of a question


def decimals_asked(question: str) -> int | None:
    """How many decimals `question` wants at most, 0 where a whole number; `None` where it does not say."""
    end = question[-_ASKING:].lower()
    if found := _PLACES.search(end):
        return _COUNTS[found[1]]
    if (named := next((count for words, count in _NAMED.items() if words in end), None)) is not None:
        return named
    return 0 if _WHOLE.search(end) else None
