"""Sentences that open with a circumstance which the question does not name: "On ice, it is 80 m"."""

from __future__ import annotations

import re
from typing import Final

from promptkit.answers.numbers.asked import Asked
from promptkit.answers.prose.topic import stems
from promptkit.answers.words.phrases import lower_phrase, one_of

_WORDS: Final = (  # they open a circumstance, by language
    *("in", "at", "on", "for", "with", "without", "by", "before", "after", "during", "until", "from", "under"),
    *("bei", "beim", "im", "am", "auf", "für", "mit", "ohne", "vor", "nach", "bis", "seit", "unter", "ab", "dazu"),
    *("en", "au", "aux", "dans", "sur", "pour", "avec", "sans", "avant", "après", "depuis", "chez", "dès"),
    *("con", "sin", "para", "por", "antes", "desde", "hasta", "sobre", "per", "prima", "dopo", "nel", "nella", "su"),
    *("em", "no", "na", "com", "sem", "depois", "até", "bij", "op", "voor", "met", "zonder", "na", "sinds", "tot"),
    *(
        "w",
        "we",
        "przy",
        "dla",
        "z",
        "bez",
        "przed",
        "po",
        "od",
        "в",
        "во",
        "на",
        "для",
        "с",
        "без",
        "до",
        "после",
        "при",
    ),
)
_OTHERS: Final = (
    "as for",
    "quant à",
    "im gegensatz",
    "anders als",
    "a differenza",
    "a diferencia",
    "in contrast",
    "أما",
)
_OPENS = lower_phrase(
    rf"[\s*_#>(-]*(?:and |but |so |und |et |y |e |en )?{one_of((*_WORDS, *_OTHERS))} (?=[^\n]*\d|[^\n]{{8}})"
)
_HOW = lower_phrase(  # what names the whole, or the way to the result, is no circumstance
    r"[\s*_#>(-]*(?:in (?:total|all|short|summary|conclusion|fact|other words)|for a total|with (?:that|this|these)"
    r"|on average|after (?:that|this)|im (?:schnitt|ganzen)|au total|en (?:tout|total)|por tanto|per cui|no total"
    r"|after all|in (?:totale|tutto)|w sumie|в итоге)\b"
)
_ENDS: Final = frozenset(  # words that end it, if not the first after its opening
    "the it it's they you we he she i there this that is are was were has have der die das den es sie man ist sind war "  # noqa: SIM905
    "waren hat haben le la les l' il ils elle elles on est sont c'est el los las hay son es se il lo gli sono o os "
    "as são het de zijn kun kook jest są ma это".split()
)
_LONGEST: Final = 4  # words
_WORD = re.compile(r"[^\s*_(#>-][^\s]*")


def opens_with_another(sentence: str, asked: Asked) -> bool:
    """Whether `sentence` opens with a circumstance that has no word of what was `asked`."""
    head = sentence[:80].lower()
    opening = _OPENS.match(head)
    if not opening or _HOW.match(head):
        return False
    first, *rest = _WORD.findall(head[opening.end() :])[:_LONGEST] or [""]
    ends = next((n for n, word in enumerate(rest) if word in _ENDS or word[0].isdigit()), len(rest))
    words = [first] if first.endswith((",", ";", ":")) else [first, *rest[:ends]]
    return not any(word.endswith(":") for word in words) and asked.words.isdisjoint(stems(" ".join(words)))
