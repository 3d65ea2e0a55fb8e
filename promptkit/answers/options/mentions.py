"""Which option a sentence names, and whether it affirms or denies it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from string import ascii_uppercase
from typing import NamedTuple

import promptkit.answers.words.cues as cues
from promptkit.answers.options.option_spans import span_of
from promptkit.answers.prose.sentences import concludes, last_sentences
from promptkit.answers.prose.topic import stems
from promptkit.answers.reader import NO_ANSWER, Candidate
from promptkit.answers.words.languages import LANGUAGES
from promptkit.answers.words.phrases import lower_phrase, one_of, phrase

NO_ARTICLE = r"(?![AI]\s(?!(?:and|or|nor|is|was|are|because|since|as|but|seems|fits)\b)[a-z])"  # "A dog", "I think"
BY_ITSELF = r"(?!(?!['’][dt][iı]r)['’]?[A-Za-z0-9_])"  # after a label: it is not part of a word


class Labels(NamedTuple):
    """The sort of labels that options have: a pattern, and the characters that one may begin with."""

    pattern: str
    starts: str
    letters: bool


LETTERS = Labels("[A-Z]", ascii_uppercase, letters=True)


def labels_of(options: Mapping[str, str]) -> Labels:
    """The sort of labels that `options` have: capitals where there are none."""
    if not options or all(re.fullmatch("[A-Z]", label) for label in options):
        return LETTERS
    if all(label.isdecimal() for label in options):
        return Labels(r"\d{1,2}(?![.,]?\d)", "123456789", letters=False)
    if all(label.isascii() and label.isupper() for label in options):
        return Labels(r"A?[A-Z]", ascii_uppercase, letters=True)
    if all(len(label) == 1 and not label.isascii() for label in options):
        return Labels(f"[{''.join(options)}]", "".join(options), letters=False)
    return Labels(r"(?:viii|vii|iii|vi|iv|ix|ii|v|i|x)", "ivx", letters=False)


_AFFIRMS_BEFORE = phrase(
    r"(?:\b(?:i\.e\.|under|favou?r of|is|be|answer|choose|chose"
    r"|select|selected|pick|picked|choosing|selecting|picking|with"
    r"|ist|est|è|jest|confident in|settled? on|opt for|vote for"
    r"|leaves|leaving|so|therefore|thus|hence|namely|to|only|but|conclude|ans|makes? (?:it|this|that)|matches|fits)"
    r"(?: (?:that|the|most|likely|probably|clearly|definitely|correct|right|best|answer|option|choice"
    r"|statement|letter|is|number))*"
    r"|[選选][項项擇择]?|是|只有|為|为|→|=>|✅|✓|:)[\s:*_\"'(\[-]*$"
)
_AFFIRMS_AFTER = phrase(
    r"[)\]\"'*_.:]*(?: [^.\n,;]{1,80}?)? ?(?:\b(?:is|are|was|would be|must be|seems|appears|remains"
    r"|being|as)(?: to be)?(?: (?:\w+ly|indeed|also|the|therefore|thus|most|single|only))* "
    r"(?:correct|right|best|true|answer|appropriate|suitable|accurate|reasonable|likely|logical"
    r"|plausible|valid|fitting|option|choice|one that)\b"
    r"|\bit is\b|\bis (?:what|the one)\b"
    r"|\b(?:best )?(?:fits|matches|works|describes|satisfies|answers|completes|explains|applies|holds"
    r"|remains)\b|[項项選选]*才?是?(?:正確|正确|對|对|最)|✅|✓|✔)"
)
_DENIES_BEFORE = phrase(
    r"\b(?:not|non è|ist nicht|nicht|no es|n'est pas|não é|nie jest"
    r"|unlike|than|instead of|rather than|eliminat\w+|rul\w+ out|exclud\w+|discard\w*"
    r"|reject\w*|(?:incorrectly|wrongly|mistakenly) \w+|neither|nor|except|without|ignor\w+|over)"
    r"(?: (?:the|option|options|choice|answer|statement|out|be|is))*[\s*_\"'(\[]*$"
)
_WOULD_HOLD = phrase(
    r"[)\]\"'*_.:]*(?: [^.\n;]{0,80}?)? ?\b(?:would|could|might)(?: (?:only|also|still))?"
    r" (?:have been|be|fit|apply|work|hold)\b"
    r"[^.;\n]{0,80}\b(?:if|had|were|unless|without|for)\b"
    r"|[)\]\"'*_.:]*(?: [^.\n;]{0,80}?)? is what (?:most|many|some)(?: \w+)? (?:think|say|pick|choose|guess|answer)"
)
_DENIES_AFTER = phrase(
    r"[)\]\"'*_.:]*(?: [^.\n;]{0,80}?)? ?(?:\b(?:is|are|was|were|would be|can|could|does|do|did"
    r"|seems?|has|have|must|should)(?:n't| not\b|not\b)"
    r"|\b(?:is|are|was|were|would be|seems?|appears?)(?: \w+ly| also| both| all| too)* (?:wrong"
    r"|incorrect|false|irrelevant|unlikely|inaccurate|eliminated|excluded|ruled|out|less|too|invalid"
    r"|inappropriate)\b"
    r"|\b(?:can be|are|is) (?:eliminated|excluded|ruled out)|[項项]*不|[項项]*(?:錯|错)|❌|✗|✘)"
)
_LIST_ITEM = re.compile(
    r"[\s*#>-]{0,6}(?:\*{0,2}(?:[Oo]ption|[Cc]hoice)s?\s)?\(?(A?[A-Z]|\d{1,2}|[ivx]{1,4})[).:](?=[\s*])"
)
_MARK = re.compile("[✅✓✔☑❌✗✘]")
_RIGHT = "✅✓✔☑"
_HEDGES = phrase(r"\b(?:or|maybe|perhaps|possibly|either|might be|could be|between|toss-?up|torn|undecided|tied?)\b")
_UNDECIDED = phrase(r"\b(?:toss-?up|torn|undecided|on the fence|can't decide|cannot decide|too close to call)\b")
_JOINED = re.compile(
    r"[)\]\"'*.]{0,3}\s?(?:,\s?(?:and|or)?|and|or|nor|&|/|和|及|與|与)\s?(?:(?i:option|choice)\s)?[(\[\"'*]{0,3}"
)
_OR_ANOTHER = re.compile(
    r"\bor (?:maybe |perhaps |possibly |even )?(?:(?i:option|choice) "
    r")?[(\[\"'*]{0,3}[A-Z][)\]\"'*]{0,3}(?:\W|$)|\b(?:maybe|perhaps|possibly)\b"
)
_DENIED_TEXT = phrase(
    r"\b(?:not|n't|unlike|than|instead of|rather than|neither|nor|except|without)(?: (?:a|an|the|be"
    r"|by|to|in))* [\"'*(]*$"
)
_TEXT_BEFORE = phrase(
    r"(?:\b(?:is|are|was|be|equals|means|called|refers?|points|as|choose|select|pick|answer|option|leaves|leaving|with"
    r"|therefore|thus|hence|so|\w{2,}(?:ed|en|wn) by)\b|[=:]|\*\*|[\"'(])(?: "
    r"(?:a|an|the|to|that|about|in|by|likely))*[\s*\"':(]*$"
)
_ONLY = re.compile(r"\W*(?:so |thus |therefore |hence )?only (?:the |an? )?[\"'*(]*", re.IGNORECASE)
_MAKES = re.compile(r"\b(?:makes?|making|leaves) (?:the |an? )?[\"'*(]*$", re.IGNORECASE)
_THE_MOST = re.compile(r"[\"'*)]* (?:as )?(?:the|our|by far the) (?:most|best|only|right|correct|likel)", re.IGNORECASE)
_IS_THE = re.compile(r"[)\]\"'*]* (?:is|was) the (\w+) (?:that|which|who)\b")
_REASON = re.compile(r",?\s(?:since|because|as|given that|unlike|whereas|while)\s", re.IGNORECASE)
_CONCEDED = re.compile(
    r"^\W*(?:although|though|while|even (?:if|though)|despite|whereas)\b[^,;]{1,200},\s", re.IGNORECASE
)
_CONTENT = re.compile(r"\w{3,}")
_STEM = 4  # letters in which two forms of a verb agree: causes, caused
_FILLER = frozenset(
    (
        "which",
        "what",
        "who",
        "the",
        "these",
        "those",
        "following",
        "has",
        "have",
        "are",
        "does",
        "most",
        "and",
        "for",
        "one",
    )
)
_DESCRIBED = re.compile(r"[)\]\"'*_]*(?: \([^()]{1,40}\))? (?:is|are|was|were|has|have|lives?|lays?|does)\b")
_ASKS_FALSE = phrase(
    r"\b(?:is|are|be) (?:not (?:true|correct|right|valid)|false|incorrect|untrue|wrong)\b|\b(?:false"
    r"|incorrect|untrue|wrong) (?:statement|option|answer|claim)|\bexcept\b"
)
_ASKS_NOT = re.compile(
    r"\bNOT\b|\bEXCEPT\b|\b(?:not|except|nicht|kein\w*|n['e]\s?\w+ pas|no (?:es|son)|non è|não|niet|geen|не)\b|n't\b"
    r"|[不非]|ない|않|아닌"
)
_TRUTH = phrase(
    r"[)\]\"'*_.:]*(?: (?:[A-Z],? ?)?(?:and )?)?(?: statement)? ?(?:is|are) (?:also |both |all |clearly |the )*"
    r"(?:(?P<true>true|correct|right|accurate)|(?P<false>false|incorrect|wrong|untrue|not (?:true"
    r"|correct)|inaccurate))\b"
)
_SUBJECT = re.compile(r"(?:^|[,:;]\s|\bso\s|\bthat\s)[\s*_\"'(]*(?:only )?(?:the |an? )?$", re.IGNORECASE)
_QUOTED = re.compile(r"^[\"'*_]{0,4}\s\([^()\n]{1,160}\)")  # an option's own text, which may deny something
_NEAR = 30  # characters
_LABEL_AFTER = re.compile(r"[,\s]*(?:option|answer|choice)?[\s(*_\"']*$", re.IGNORECASE)
_IS_IT = phrase(
    r"[*\"')]* (?:is|are|was|were) (?:by far |clearly |therefore |thus |indeed )?(?:the|correct|right"
    r"|true)\b|[*\"')]* (?:fits|matches) best\b|[*\"')]* wins\b"
)


_BUT = re.compile(
    r"[,;—-]\s?(?:but|yet|however|whereas|while|aber|doch|jedoch|mais|pero|sino|ma|mas|porém|maar|но|ale)\b,?\s",
    re.IGNORECASE,
)
_CONCLUDES = one_of(word for language in LANGUAGES for word in language.concludes if len(word) > _STEM)
_SO = re.compile(rf"[,;、]\s?(?:so|hence|thus|therefore|{_CONCLUDES})(?=\s|[\u3040-\u9fff])", re.IGNORECASE)
_WITHDRAWN = re.compile(
    r"\b(?:rul\w+ (?:it|this|that|them) out|contradict\w*|wrong|incorrect|false|excluded?)\b"
    r"|\b(?:it|this|that) (?:is|does|can|was)(?:n't| not)\b",
    re.IGNORECASE,
)
_BETWEEN_CLAUSES = re.compile(r"[,;:]\s(?:whereas|while|but|and|so)?\b|\swhereas\s|\swhile\s", re.IGNORECASE)
_PARTS_OF_SENTENCE = re.compile(r"[,;:]\s|\s(?:and|while|whereas|but)\s", re.IGNORECASE)
_ENDS = re.compile("[,;]")
_LATTER = re.compile(
    r"\b(?:it's|it is|is|be|choose|pick|with|for|to)\s(?:\w+ly\s)?the\s(latter|former)\b", re.IGNORECASE
)
_CHOOSES = lower_phrase(rf"(?:{one_of(cues.CHOOSES)})(?: \w{{1,5}})? ?[*\"'(]*$")
_CAPITALS = ("[A-Z]", "A?[A-Z]")


def _small(pattern: str) -> str:
    return "[a-z]" if pattern in _CAPITALS else "(?!)"


def _capital(pattern: str) -> str:
    return pattern if pattern in _CAPITALS else "(?!)"


@lru_cache(maxsize=8)
def _mention(pattern: str) -> re.Pattern[str]:
    """A label with what shows that it is one: brackets, emphasis, a noun or a verb before it, a verdict after it."""
    return re.compile(
        rf"\b(?i:i\.e\.|under|between|favou?r of|is|it's|that's|be|so|therefore"
        rf"|ist|est|è|jest|confident\sin|settled?\son|(?:opt|vote)\sfor|over|making|makes?|thus|hence|but|only|choose|chose|select|pick|with|leaves|leaving|to"
        rf"|and|or|nor|not|than|unlike|both|either|neither|like|maybe|perhaps|possibly|probably|picked|(?:makes?\s(?:it|this|that))"
        rf"|chosen|selected|matches|fits)\W{{1,4}}{NO_ARTICLE}({pattern}){BY_ITSELF}"
        rf"|(?i:options?|choices?|answers?|statements?|sentences?|letters?|numbers?|[選选][項项擇择]?|只有|是)\W{{0,4}}({pattern}){BY_ITSELF}"
        rf"|[(\[]({pattern})[)\]]|(?<!\w)[\"'*]{{1,2}}\(?({pattern})\)?[\"'*.:]{{1,3}}"
        rf"|(?<![A-Za-z0-9'])({pattern})(?=[項项]?[錯错]|[項项]?不?[正對对])"
        rf"|(?<=[^\x00-\u024f]\s)({_capital(pattern)}){BY_ITSELF}(?=\s[^\x00-\u024f]|[\s.]*$)"
        rf"|\(({_small(pattern)})\)"
        rf"|(?:^[\s*#>-]{{0,6}}|[,;:] (?:and |so |but )?){NO_ARTICLE}({pattern}){BY_ITSELF}(?=[,;.:]? |[.,;:]|$)"
    )


@lru_cache(maxsize=8)
def _bare(pattern: str) -> re.Pattern[str]:
    """What may be a label: a sentence without it, as most are, has no mention."""
    return re.compile(rf"(?:{pattern})(?![A-Za-z0-9_])|\({_small(pattern)}\)")


def names_label(sentence: str, labels: Labels) -> bool:
    """Whether `sentence` names an option by its label."""
    return bool(_bare(labels.pattern).search(sentence) and _mention(labels.pattern).search(sentence))


def _label_spans(sentence: str, labels: Labels) -> list[tuple[int, int]]:
    """Where `sentence` has labels with what shows that they are."""
    if not _bare(labels.pattern).search(sentence):
        return []
    return [one.span(one.lastindex or 1) for one in _mention(labels.pattern).finditer(sentence)]


def mentioned(
    sentence: str, labels: Labels, options: Mapping[str, str], *, question: str = "", last: bool = True
) -> Candidate | None:
    """The only option that `sentence` affirms, else the only one that it names and does not deny.

    `NO_ANSWER` where it affirms several. A sentence before the `last` must affirm; and so must an item of a list.
    """
    if _UNDECIDED.search(sentence):
        return NO_ANSWER
    *_, so = _SO.split(sentence)
    if len(so) < len(sentence) and (concluded := mentioned(so, labels, options, question=question)):
        return concluded
    clauses = _BUT.split(sentence)
    if len(clauses) > 1 and (concluded := _affirmed(clauses[-1], labels, options, question)):
        return concluded
    if len(clauses) > 1 and _WITHDRAWN.search(clauses[-1]):
        return None
    item = _LIST_ITEM.match(sentence)
    if item and (mark := _MARK.search(sentence)):
        label = item[1].upper() if labels.pattern in _CAPITALS else item[1]
        return Candidate(label, sentence, label) if mark[0] in _RIGHT else None
    spans, given = _labels_in(sentence, labels, options, question)
    if len(spans) == len(("former", "latter")) and (one := _LATTER.search(sentence, spans[1][1])):
        label = sentence[slice(*spans[one[1].casefold() == "latter"])]
        return Candidate(label, sentence, label) if label in options else None
    verdicts: dict[str, int] = {}
    for (start, end), verdict in zip(spans, given, strict=True):
        label = sentence[start:end].upper() if labels.pattern in _CAPITALS else sentence[start:end]
        verdicts[label] = verdict if verdict < 0 else max(verdict, verdicts.get(label, verdict))
    known = {label: verdict for label, verdict in verdicts.items() if not options or label in options}
    affirmed = [label for label, verdict in known.items() if verdict > 0]
    possible = affirmed or [label for label, verdict in known.items() if not verdict]
    if len(affirmed) > 1 or (len(possible) > 1 and _HEDGES.search(sentence)):
        return NO_ANSWER
    if len(possible) == 1 and (affirmed or (last and not item)):
        undecided = [label for label, verdict in known.items() if not verdict and label != possible[0]]
        hedged = undecided and _OR_ANOTHER.search(sentence)
        return NO_ANSWER if hedged else Candidate(possible[0], sentence, possible[0])
    return None if verdicts else _by_text(sentence, options, question, last=last)


def _labels_in(
    sentence: str, labels: Labels, options: Mapping[str, str], question: str
) -> tuple[list[tuple[int, int]], list[int]]:
    """Where `sentence` has labels, and the verdict on each: what is said of two that are joined is said of both."""
    spans = _label_spans(sentence, labels)
    given = [_given(sentence, span, options, question) for span in spans]
    for i in range(1, len(spans)):  # "A and B are wrong" is said of both
        if _JOINED.fullmatch(sentence, spans[i - 1][1], spans[i][0]):
            given[i - 1] = given[i - 1] or given[i]
            given[i] = given[i] or given[i - 1]  # and so is "which leaves A and B"
    return spans, given


def labelled(
    sentence: str, labels: Labels, options: Mapping[str, str], question: str
) -> list[tuple[str, tuple[int, int], int]]:
    """The options that `sentence` names by their labels, where, and whether it affirms (1) or denies (-1) them."""
    spans, given = _labels_in(sentence, labels, options, question)
    names = [
        sentence[slice(*span)].upper() if labels.pattern in _CAPITALS else sentence[slice(*span)] for span in spans
    ]
    return [one for one in zip(names, spans, given, strict=True) if one[0] in options]


def is_denied(before: str, after: str) -> bool:
    """Whether a text that stands between these is denied."""
    if _DENIED_TEXT.search(before) or _DENIES_BEFORE.search(before):
        return True
    return bool(_DENIES_AFTER.match(after)) or is_supposed(after)


def is_withdrawn(after: str) -> bool:
    """Whether a clause with "but" in `after` takes back what a sentence says of an option."""
    but = _BUT.search(after)
    return bool(but and _WITHDRAWN.search(after, but.end()))


def is_predicate(before: str) -> bool:
    """Whether what follows `before` stands where a sentence states something."""
    return bool(_TEXT_BEFORE.search(before))


def not_denied(sentence: str, labels: Labels, options: Mapping[str, str], question: str) -> list[str]:
    """The options that `sentence` names and does not deny: by their labels, else by their texts."""
    spans = _label_spans(sentence, labels)
    named = [(sentence[start:end], (start, end)) for start, end in spans if sentence[start:end] in options]
    if not named:
        named = [(label, span) for label, text in options.items() if (span := span_of(sentence, text))]
    return [label for label, span in named if _verdict(sentence, *span, question) >= 0]


def denied(sentence: str, labels: Labels, options: Mapping[str, str], question: str) -> set[str]:
    """The options that `sentence` names, by their labels or their texts, to deny them."""
    spans = _label_spans(sentence, labels)
    given = [_verdict(sentence, *span, question) for span in spans]
    for i in range(1, len(spans)):
        if _JOINED.fullmatch(sentence, spans[i - 1][1], spans[i][0]):
            given[i] = given[i] or given[i - 1]
    found = {sentence[slice(*span)] for span, verdict in zip(spans, given, strict=True) if verdict < 0}
    for label, text in options.items():
        place = span_of(sentence, text)
        if place and _DENIED_TEXT.search(sentence[max(0, place[0] - _NEAR) : place[0]]):
            found.add(label)
    return found & set(options)


def _affirmed(clause: str, labels: Labels, options: Mapping[str, str], question: str) -> Candidate | None:
    """The option that a `clause` after "but" affirms, or whose text it has and no other's."""
    reading = mentioned(clause, labels, options, question=question, last=False)
    if not reading and sum(span_of(clause, text) is not None for text in options.values()) == 1:
        reading = _by_text(clause, options, question, last=True)
    return None if reading is NO_ANSWER else reading


def _verdict(sentence: str, start: int, end: int, question: str) -> int:
    """1 where the label there is affirmed, -1 where it is denied, 0 where it is only named."""
    before, after = sentence[max(0, start - 60) : start], _QUOTED.sub("", sentence[end : end + 240])[:120]
    if _MAKES.search(before) and _THE_MOST.match(after):
        return 1
    if (noun := _IS_THE.match(after)) and not stems(noun[1]).isdisjoint(stems(question.partition("\n")[0])):
        return 1  # "B is the test that must not be delayed"
    if asks_for_false(question) and (judged := _TRUTH.match(after)):
        return -1 if judged["true"] else 1
    if _DENIES_BEFORE.search(before) or _DENIES_AFTER.match(after) or is_supposed(after):
        return -1
    if _AFFIRMS_BEFORE.search(before) or _AFFIRMS_AFTER.match(after):
        return 1
    if described := _DESCRIBED.match(after):  # "A is a fish"
        return 1 if _answers(_ENDS.split(after[described.end() :], maxsplit=1)[0], question) else -1
    return 0


def _given(sentence: str, span: tuple[int, int], options: Mapping[str, str], question: str) -> int:
    """The verdict on a label; in parentheses after the option's text, on both: "is carrying oxygen (B)"."""
    start, end = span
    text = options.get(sentence[start:end], "").rstrip(". ").casefold()
    near = sentence[max(0, start - _NEAR) : start]
    before = (sentence[: start - len(near)] + _LABEL_AFTER.sub("", near)).casefold()
    if not text or "(" not in sentence[:start][-4:] or not before.endswith(text):
        return _verdict(sentence, start, end, question)
    verdict = _verdict(sentence, len(before) - len(text), end, question)
    clause = _clause_at(sentence, start, options)
    if not verdict and clause != sentence and not _says_again(clause, question, text):
        return -int(
            _says_again(sentence.replace(clause, ""), question, text)
        )  # "it began in 1914 and ended in 1918 (D)"
    return verdict or int(_says_again(clause, question, text))


def _clause_at(sentence: str, place: int, options: Mapping[str, str]) -> str:
    """`sentence`, or where it has the texts of several options its clause at `place`."""
    if sum(span_of(sentence, text) is not None for text in options.values()) == 1:
        return sentence
    starts = [found.end() for found in _PARTS_OF_SENTENCE.finditer(sentence) if found.end() <= place]
    ends = [found.start() for found in _PARTS_OF_SENTENCE.finditer(sentence) if found.start() > place]
    return sentence[starts[-1] if starts else 0 : ends[0] if ends else len(sentence)]


def is_supposed(after: str) -> bool:
    """Whether what stands `after` an option states when it would be right."""
    return bool(_WOULD_HOLD.match(after))


def _by_text(sentence: str, options: Mapping[str, str], question: str, *, last: bool) -> Candidate | None:
    """The only option whose text stands in `sentence` where a result stands."""
    if not options or not (
        concludes(sentence)
        or "**" in sentence
        or '"' in sentence
        or sentence.lstrip("*_ ").startswith("'")
        or last
        or _says_again(sentence, question, "")
    ):
        return None
    sentence = _REASON.split(_CONCEDED.sub("", sentence), maxsplit=1)[0]
    named = {label: span for label, text in options.items() if (span := span_of(sentence, text))}
    outer = {
        label: (start, end)
        for label, (start, end) in named.items()
        if not any(s <= start and end <= e and (s, e) != (start, end) for s, e in named.values())
    }
    if len(outer) > 1 and (clause := _clause_about(sentence, outer.values(), question)):
        return _by_text(sentence[slice(*clause)], options, question, last=True)
    if len(outer) != 1:
        return None
    ((label, (start, end)),) = outer.items()
    before = sentence[max(0, start - 40) : start]
    if (
        _DENIED_TEXT.search(before)
        or _DENIES_AFTER.match(sentence[end : end + 60].partition(":")[0])
        or not (
            _TEXT_BEFORE.search(before)
            or _ONLY.fullmatch(sentence[:start])
            or (_MAKES.search(before) and _THE_MOST.match(sentence[end:]))
            or _CHOOSES.search(before.lower())
            or _repeats(before, question)
            or (_SUBJECT.search(before) and _answers(sentence[end : end + 100], question))
            or _says_again(sentence, question, options[label])
        )
    ):
        return None
    return Candidate(label, sentence, label)


def _repeats(before: str, question: str) -> bool:
    """Whether the last word of `before`, a verb for instance, is one of the question: "Plants absorb …"."""
    words = [word for word in _CONTENT.findall(before.casefold()) if word not in _FILLER]
    asked = {word[:_STEM] for word in _CONTENT.findall(question.partition("\n")[0].casefold())}
    return len(words) > 1 and words[-1][:_STEM] in asked


def _answers(rest: str, question: str) -> bool:
    """Whether what a sentence says of an option, `rest`, is that it is right, or what the question asks for."""
    asked = stems(question.partition("\n")[0])
    return bool(_IS_IT.match(rest)) or 2 * len(asked & stems(rest)) >= max(1, len(asked) - 1)


def _clause_about(sentence: str, spans: Iterable[tuple[int, int]], question: str) -> tuple[int, int] | None:
    """Where the only clause of `sentence` is that names one of the options at `spans` and speaks of what was asked."""
    asked = stems(question.partition("\n")[0])
    ends = [0, *(end for found in _BETWEEN_CLAUSES.finditer(sentence) for end in found.span()), len(sentence)]
    clauses = [
        (start, end)
        for start, end in zip(ends[::2], ends[1::2], strict=True)
        if not asked.isdisjoint(stems(sentence[start:end])) and any(start <= s and e <= end for s, e in spans)
    ]
    return clauses[0] if len(clauses) == 1 and clauses[0] != (0, len(sentence)) else None


def _says_again(sentence: str, question: str, option: str) -> bool:
    """Whether `sentence` has most of the words with which `question` asks, beside those of the option."""
    asked = stems(question.partition("\n")[0]) - stems(option)
    return len(asked) > 1 and 2 * len(asked & stems(sentence)) > len(asked)


def asks_for_none(asking: str) -> bool:
    """Whether `asking`, a question without its options, asks which one is not so."""
    return bool(_ASKS_NOT.search(next(iter(last_sentences(asking)), "")))


def asks_for_false(question: str) -> bool:
    """Whether `question` asks which statement is not true."""
    return bool(_ASKS_FALSE.search(question[:2000]))
