"""Whether a sentence without "yes" or "no" still answers a yes/no question."""

from __future__ import annotations

import re

import promptkit.answers.labels.polar_words as words
from promptkit.answers.prose.topic import stem, stems
from promptkit.answers.words.phrases import one_of

_QUESTION = re.compile(  # after a passage
    r"(?:question|frage|soru|domanda|pregunta|pergunta|vraag|pytanie|вопрос|问题|問題|質問|질문)\s?:\s{0,3}([^\n]{3,300}[?？])",
    re.IGNORECASE,
)
_JUDGES = re.compile(
    r"\b(?:statement|claim|conclusion|argument|assertion|hypothesis|reasoning)\s(?:\w+\s)?(?:\w+n't\s|does\snot\s)?"
    r"(?:holds?|follows?|stands?)\b|"
    r"\b(?:im|un|in)?(?:plausible|true|false|correct|accurate|possible|probable|likely|feasible"
    r"|permitted|allowed|able|ruled out|out of the question|the case"
    r"|an? (?:\w+ )?(?:myth|misconception|hoax|legend))\b",
    re.IGNORECASE,
)
_NEGATIVE = (
    r"not|cannot|never|no|none|neither|nor|without|lacks?|unlikely|implausible|impossible|improbable|incorrect|false"
    r"|untrue|inaccurate|infeasible|unable|fail(?:s|ed)?"
)
_DENIES = re.compile(rf"\b(?:{_NEGATIVE})\b|n't\b", re.IGNORECASE)
_RULES_OUT = re.compile(
    r"\b(?:ruled out|out of the question|an? (?:\w+ )?(?:myth|misconception|hoax|legend)"
    r"|too \w+ (?:to|for)|far from|prevent(?:s|ed)?|nobody|nothing|nowhere"
    r"|hardly|scarcely|barely)\b",
    re.IGNORECASE,
)
_HEDGES = re.compile(
    r"\b(?:not (?:entirely|necessarily|universally|completely|always|exactly|directly|clear|certain|sure|appropriate)|"
    r"depend\w*|maybe|perhaps|might|may|unclear|uncertain|unknown|subjective|partial\w*|some|hypothetical\w*|difficult|"
    r"debat\w+|evidence|information|context|opinions?|language model|(?<!not )possible (?:that|to"
    r"|for)|also|if|consult|others|many people|some people|differs?|varies|vary"
    r")\b",
    re.IGNORECASE,
)
_BUT_NOT = re.compile(
    r"\bbut\s(?:it|he|she|they|this|that|these|there)\s(?:\w+\s){0,2}(?:not\b|\w+n't\b)", re.IGNORECASE
)
_ADVISES = re.compile(r"\b(?:recommended|advised|should|important|both)\b", re.IGNORECASE)
_IS_SO = re.compile(r"\b(?:is|are|was|were|be|been)\s(?:not\s|\w+ly\s)?(\w+)", re.IGNORECASE)
_EXISTS = re.compile(r"\W*(?:however,?\s)?there\s(?:is|are|was|were)\b(?!\s(?:no|not)\b)", re.IGNORECASE)
_EXISTS_ASKED = re.compile(r"\W*(?:is|are|was|were|do|does)\b.*\b(?:there|any|have|exist)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|million)\b")
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|being|can|could|will|would|did|does|do|has|have|had|must|may)\b"
    r"|n't\b|\b\w{3,}(?:ed|es)\b",
    re.IGNORECASE,
)
_CONCLUDES = re.compile(r"(?:so|therefore|thus|hence|in conclusion|overall)\b", re.IGNORECASE)
_RESULT = re.compile(r".*(?:,| and) (?:so|therefore|thus|hence)\b,?", re.IGNORECASE)
_REASON = re.compile(r",? (?:as|because|since|which|unless|although|though|but|due to|given)\b", re.IGNORECASE)
_DECLINES = re.compile(
    r"\bas an ai\b|\blanguage model\b|\bi (?:don't|do not|cannot|can't) (?:have|know|provide|access)", re.IGNORECASE
)
_PRONOUN = re.compile(
    r"\W*(?:so|therefore|thus|hence)?,?\s?(?:it|he|she|they|that|this|you|we|one)(?:'(?:d|s|ll|re|ve)\b|\s(?:\w+\s){0,2}(?:can|could|never|did|does|do|is|are|was|were|would|will|has|had|have))",
    re.IGNORECASE,
)
_NOT_SO = re.compile(r"\W*(?:\w+ly,? |probably )?not (?:an? |the |any )?(\w+)", re.IGNORECASE)  # "Not prime: …"
_ASKS_NOT = re.compile(r"\b(?:not|cannot|never|none|neither|nor|nobody|nothing)\b|n't\b", re.IGNORECASE)
_SHORT, _FEW = 8, 4  # characters of a question, words of a clause
_COMPARES = re.compile(r"\b(?:than|before|after|earlier|later|older|younger)\b", re.IGNORECASE)
_THAN = re.compile(r"([^.;:,]+)\sthan\s([^.;:,?!]+)", re.IGNORECASE)
_ITEM = re.compile(r"[a-z]{2,}|\d+")
_OTHER_WAY = re.compile(
    r"\W*(?:no, )?(?:it(?:'s| is)|that's|quite|actually,?|rather,?)?\s?(?:exactly |just |quite )?"
    r"(?:the (?:other way (?:a?round)|opposite"
    r"|reverse)\b)",
    re.IGNORECASE,
)
_A_NAME = re.compile(r"(?<=\s)[A-Z][\w'-]+")
_IS_SHORT = re.compile(r"\b(it|that|he|she|there|this)'s\b(?=\s)", re.IGNORECASE)
_NO_DOUBT = re.compile(
    r"\b(?:there(?:'s| is) )?no (?:doubt|question)(?: that| about it)?\b|\bwithout (?:any |a )?(?:doubt|question"
    r"|problem|difficulty|trouble)s?\b|\bno (?:one|body) can deny(?: that)?\b",
    re.IGNORECASE,
)
_SPOKEN_OF_AGAIN = re.compile(r",\s(?=(?:it|they|he|she|you|we)\b)", re.IGNORECASE)
_CANNOT = re.compile(r"\b(ca|wo)n['’]t\b|\bcannot\b", re.IGNORECASE)
_NO_WAY = re.compile(
    r"\b(?:there(?:'s| is| was)|has|have|had) (?:absolutely )?no (?:way|chance|possibility)\b", re.IGNORECASE
)
_OPENS_WITH_NOT = re.compile(
    r"\W*(?:\w+ly,? |of course |most )?not(?:\s(?:since|any\s?more|any\slonger|really|at\sall|by|in|according"
    r"|under|as\sof)\b"
    r"|\s?[:,.;!–—])",
    re.IGNORECASE,
)
_RATHER_THAN = re.compile(r"\b(?:rather than|instead of|as opposed to)\s(?:an?\s|the\s)?(\w+)", re.IGNORECASE)
_DASH = re.compile(r"\s[–—-]\s|[;:]\s|,\s(?=(?:there|no|with|without)\b)", re.IGNORECASE)
_FIRST_WORDS = re.compile(r"[a-z']+")
_FIRST_WORD = re.compile(r"\W*([A-Za-z]+)")
_WORD = re.compile(r"[a-z]{3,}")
_FILLER = frozenset(
    "the and for are was were can did does has have had his her its you your would could should will that "  # noqa: SIM905
    "this with from than who what which when into there they them their not any all one often ever also "
    "been being had how out use get".split()
)


_DENIES_AT_ONCE = re.compile(rf"{one_of(words.DENIES_AT_ONCE)}(?![a-zà-ÿа-я])")
_AFFIRMS_AT_ONCE = re.compile(
    rf"{one_of(words.AFFIRMS_AT_ONCE)}(?=\W|$|[\u3040-\u9fff\uac00-\ud7af])(?! (?:pas|que n|niet|não|no|nicht|nie)\b)"
)
_NOT_AT_ONCE = re.compile(rf"(?:not|non|nicht){words.BUT_NOT_AT_ONCE}\b")
_AUXILIARIES = (
    "is are was were",
    "do does did",
    "has have had",
    "can could",
    "will would",
    "must",
    "may might",
    "should shall",
)
_ELLIPTIC = re.compile(
    r"(?:.*(?:,|;|—)\s)?\W*(?:and |but |so |therefore |thus |hence |then |no, |yes, |that means "
    r"|indeed,? |well, |sure,? |oh )*"
    r"(?:it|he|she|they|we|you|there|this|that|those|these|one|both|i)\s(?:\w+ly\s|still\s|also\s)?(is|are|was|were|do|does|did|has|have|had|can|could|will|would"
    r"|must|may|might|should|shall)(n't|not|\snot)?"
    r"(?:\s(?:so|indeed|too|the case|any\s?more|any longer|at all|always))?\s*(?:[.,;:!*–—-]|$)",
    re.IGNORECASE,
)


def elliptic(sentence: str, question: str) -> bool | None:
    """Whether `sentence` says only "it does" or "he didn't", with the verb that `question` begins with."""
    found = _ELLIPTIC.match(_CANNOT.sub(_written_out, sentence))
    verbs = next((group.split() for group in _AUXILIARIES if found and found[1].lower() in group.split()), [])
    first = _FIRST_WORD.match(question)
    if not found or not first or first[1].lower() not in verbs or _ASKS_NOT.search(question):
        return None
    return not found[2]


def asked_after(question: str) -> str:
    """What `question` asks after a passage: "Passage: … Question: is it open?"."""
    found = _QUESTION.findall(question)
    return found[-1] if found else question


def at_once(sentence: str) -> bool | None:
    """Whether `sentence`, which opens a reply, affirms or denies by its first words: "Not even close", "Bien sûr"."""
    opening = sentence.lstrip(" *_\"'¡¿").lower().replace("’", "'")
    if _DENIES_AT_ONCE.match(opening) and not _NOT_AT_ONCE.match(opening):
        return False
    return True if _AFFIRMS_AT_ONCE.match(opening) else None


def judges_it(sentence: str, question: str) -> bool:
    """Whether `sentence` only judges what was asked: "He didn't.", "This is a common myth.", "Not since 2006."."""
    if _NO_WAY.search(sentence) or _OPENS_WITH_NOT.match(sentence):
        return True
    if _PRONOUN.match(sentence):
        return bool(_ELLIPTIC.match(sentence) or _JUDGES.search(sentence))
    asked = {stem(word) for word in _WORD.findall(question.lower()) if word not in _FILLER}
    return len(asked) > 1 and asked <= set(_stems(sentence))


def polarity(sentence: str, question: str, text: str = "") -> bool | None:
    """Whether `sentence` affirms (`True`) or denies (`False`) `question`; `None` where it hedges or is off the point.

    Only its main clause counts. That must pass a judgement ("the statement is not plausible") or repeat the question,
    its last words included ("So it could be a piece of cake"); a question that denies something itself is left alone.
    `text` is where the sentence stands: nothing is implied by one who speaks of having no opinions.
    """
    first, asks, _ = question.partition("?")
    question = first + asks if asks and len(first) > _SHORT else question
    sentence = _NO_DOUBT.sub("", sentence)
    sentence = _IS_SHORT.sub(r"\1 is", sentence)
    if (short := elliptic(sentence, question)) is not None:
        return short
    if _turned_round(sentence, question):
        return None
    if _OTHER_WAY.match(sentence):
        return False
    if _swapped(sentence, question):
        return None if _DENIES.search(sentence) else False
    if _HEDGES.search(sentence) or _BUT_NOT.search(sentence) or _ASKS_NOT.search(question):
        return None
    if _NO_WAY.search(sentence) or _OPENS_WITH_NOT.match(sentence):
        return False
    concludes = _CONCLUDES.match(sentence) or _RESULT.match(sentence)
    wanted = [stem(word) for word in _WORD.findall(question.lower()) if word not in _FILLER]
    asked = set(wanted)
    if (found := _NOT_SO.match(sentence)) and stem(found[1].lower()) in wanted[-3:]:
        return False
    if any(stem(other.lower()) in wanted[-3:] for other in _RATHER_THAN.findall(sentence)) and (
        2 * len(asked.intersection(_stems(sentence))) >= len(asked)
    ):
        return False
    clause = _main_clause(_RESULT.sub("", sentence), asked)
    numbers = set(_NUMBER.findall(clause.partition(";")[0].lower()))
    if numbers and not concludes and not set(_NUMBER.findall(question.lower())) <= numbers:
        return None  # "Spiders have eight legs", where six were asked about
    again = asked.intersection(_stems(clause))
    judges = _JUDGES.search(clause)
    all_again = len(again) > 1 and len(again) * 5 >= len(asked) * 4
    if _ADVISES.search(clause) or (_DECLINES.search(text) and not judges and not all_again):
        return None
    if _EXISTS.match(clause) and not _EXISTS_ASKED.match(question):
        return None
    if (concludes or _PRONOUN.match(clause)) and (found := _IS_SO.search(clause)) and stem(found[1].lower()) in asked:
        return _affirms(clause, question)
    if (concludes or _PRONOUN.match(clause)) and says_opposite(clause, question):
        return _affirms(clause, question)
    last = set(wanted[-2:])
    about_it = _PRONOUN.match(clause) and (last <= again if not concludes else not again.isdisjoint(last))
    about_it = about_it or bool(_PRONOUN.match(clause) and again and len(clause.split()) <= _FEW)
    if (
        not judges
        and not about_it
        and len(again) < (min(2, len(asked) - 1) if concludes else max(2, len(asked) * 2 / 3))
    ):
        return None
    if not judges and not about_it and not concludes and again.isdisjoint(wanted[-3:]):
        return None
    return _affirms(clause, question)


def _affirms(clause: str, question: str) -> bool:
    """Whether `clause` has an even number of words that deny; those of the question's own do not count."""
    asked = question.lower()
    ruled_out = sum(found.lower() not in asked for found in _RULES_OUT.findall(clause))
    denied = sum(one.lower() not in _FIRST_WORDS.findall(asked) for one in _DENIES.findall(clause))
    return (denied + ruled_out + says_opposite(clause, question)) % 2 == 0


def asks_not(question: str) -> bool:
    """Whether `question` denies something itself."""
    return bool(_ASKS_NOT.search(question))


def results(sentence: str) -> bool:
    """Whether `sentence` comes to something: "…, so it fits"."""
    return bool(_CONCLUDES.match(sentence) or _RESULT.match(sentence))


def says_predicate(sentence: str, question: str) -> bool:
    """Whether `sentence` says a word of `question` again that is no name."""
    said = stems(sentence)
    return any(not stems(word).isdisjoint(said) for word in question.split()[1:] if not word[:1].isupper())


def says_opposite(clause: str, question: str) -> bool:
    """Whether `clause` says the opposite of a word of `question`, and not that word: "closed", "unsafe"."""
    asked, said = set(re.findall(r"\w+", question.lower())), set(re.findall(r"[\w-]+", clause.lower()))
    said = {word for word in said if not _DENIES.fullmatch(word)}
    if any((a in asked and b in said - asked) or (b in asked and a in said - asked) for a, b in words.OPPOSITES):
        return True
    return any(prefix + one in said for one in asked - said if len(one) > _FEW for prefix in words.PREFIXES)


def with_opposites(clause: str, question: str) -> str:
    """`clause` with the words of `question` added of which it says the opposite."""
    asked, said = set(re.findall(r"\w+", question.lower())), set(re.findall(r"\w+", clause.lower()))
    pairs = (*words.OPPOSITES, *((b, a) for a, b in words.OPPOSITES))
    return " ".join((clause, *(one for one, other in pairs if one in asked and other in said)))


def _main_clause(sentence: str, asked: set[str]) -> str:
    """The clause of `sentence` before a reason; or after "but", where that says more of what was asked."""
    clause = _REASON.split(_DASH.split(sentence, maxsplit=1)[0], maxsplit=1)[0]
    before, *rest = _SPOKEN_OF_AGAIN.split(clause, maxsplit=1)
    only_adds = not _JUDGES.search("".join(rest))
    clause = before if only_adds and 2 * len(asked.intersection(_stems(before))) >= len(asked) else clause
    clause = clause if _VERB.search(clause) or _JUDGES.search(clause) else sentence
    _, but, after = sentence.partition(", but ")
    if but and len(asked.intersection(_stems(after))) > len(asked.intersection(_stems(clause))):
        return after
    return clause


def _written_out(found: re.Match[str]) -> str:
    return "will not" if (found[1] or "").lower() == "wo" else "can not"


def _turned_round(sentence: str, question: str) -> bool:
    """Whether `sentence` compares the names of the question the other way round: B was born before A."""
    if not _COMPARES.search(question):
        return False
    names = [name for name in dict.fromkeys(_A_NAME.findall(question)) if name in sentence]
    places = [sentence.find(name) for name in names]
    return len(names) > 1 and places != sorted(places)


def _swapped(sentence: str, question: str) -> bool:
    """Whether `sentence` has what stands on both sides of "than" in the question the other way round."""
    asked, said = _THAN.search(question), _THAN.search(sentence)
    if not asked or not said:
        return False
    first, second = (frozenset(_ITEM.findall(side.lower())) for side in asked.groups())
    one, other = (frozenset(_ITEM.findall(side.lower())) for side in said.groups())
    first, second, one, other = first - second, second - first, one - other, other - one
    return bool(first & other and second & one) and not second & other


def _stems(text: str) -> list[str]:
    return [stem(word) for word in _WORD.findall(text.lower())]
