"""One of a few given labels (yes/no, True/False, valid/invalid), as a whole word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import promptkit.answers.words.cues as cues
from promptkit.answers.answer import Answer
from promptkit.answers.labels.label_patterns import label_patterns
from promptkit.answers.labels.polarity import (
    asked_after,
    asks_not,
    at_once,
    judges_it,
    polarity,
    results,
    says_predicate,
)
from promptkit.answers.labels.polarity_elsewhere import elsewhere, polar_pair
from promptkit.answers.numbers.scales import rating_of, without_top
from promptkit.answers.prose.announced import ANY_CUES, CUES, FORMS, HEADED, Form, either_case
from promptkit.answers.prose.sentences import (
    concludes,
    conclusion,
    first_sentence,
    last_sentences,
    sentences,
    strip_markup,
)
from promptkit.answers.reader import NO_ANSWER, Candidate, Place, Reader
from promptkit.answers.words.languages import LANGUAGES
from promptkit.answers.words.phrases import by_first_letter, lower_phrase, one_of
from promptkit.errors import UsageError

_HEADS = (
    *either_case("decision", "classification", "category", "label", "sentiment", "prediction", "judge?ment"),
    "DECISION",
)
_YES = (
    "yep",
    "yeah",
    "yup",
    "true",
    "right",
    "exactly",
    "that's right",
    "that's correct",
    "affirmative",
    "absolutely",
    "certainly",
    "definitely",
    "indeed",
    "of course",
    "correct",
)
_NO = (
    "nope",
    "nah",
    "false",
    "wrong",
    "incorrect",
    "impossible",
    "not true",
    "no way",
    "never",
    "not at all",
    "absolutely not",
    "certainly not",
    "definitely not",
    "of course not",
    "by no means",
)
_SAME_AS = dict.fromkeys(_YES, "yes") | dict.fromkeys(_NO, "no")
_OPENS_POLAR = re.compile(
    rf"[\s*_\"'(]{{0,4}}({'|'.join(sorted(_SAME_AS, key=len, reverse=True))})[*_]{{0,3}}(?:\s?[.,!—–:;]|\s-\s|$)",
    re.IGNORECASE,
)
_TRUE_OR_FALSE = re.compile(r"\W*(?:is (?:it|this|the following)\b[^:?]{0,30}\s)?true or false\W+", re.IGNORECASE)
_REFUSES_HELP = re.compile(
    r"\bI(?:'m| am) (?:not able|unable) to (?:give|provide|offer|help|assist|advise)|\bI (?:can't|cannot|can not"
    r"|won't) (?:help|assist|provide|give|offer|advise|comply|do that)\b"
    r"|\b(?:ich kann (?:dabei|da|hier|ihnen|dir) nicht helfen"
    r"|je ne peux pas (?:vous |t')?aider|no puedo ayudar)",
    re.IGNORECASE,
)
_LATEST = 8  # sentences at the end in which a label may be named
_LONGEST = 1200  # characters of a sentence that may imply one

_FIELD = re.compile(r"[\s*#_>-]{0,6}[A-Za-z][\w /-]{0,30}[*_]{0,3}:[*_\s`\"']*")
_CHAIN = re.compile(r"[^\n]{1,300}(?:=|→|⇒|->)")
_REMARK = re.compile(
    r"[*\"')\]_`]{0,4}\s?[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]{0,3}\s?(?:[—–]|\s-)\s(?!(?:or|maybe|perhaps)\b)"
)
_DECORATION = re.compile(r"[^\w\s()]+$")
_CONCLUDES = one_of(word for each in LANGUAGES for word in each.concludes)
_CONCLUDED = re.compile(
    r"[,;]\s(?:and\s)?(?:so|therefore|thus|hence|which\s(?:is\swhy|makes\sit|means\sit))\b"
    rf"|;\s(?:it's|it\sis|rather)\b|[,;]\s?{_CONCLUDES}(?!\w{{0,2}}[a-z])",
    re.IGNORECASE,
)
_DEFINED = re.compile(
    r"[\"'*)]*\s(?:(?:category|label|class|section|tag)\s(?:covers?|is\s(?:for|used|about)|refers|deals|includes|contains"
    r"|means|concerns|would)|is\s(?:sometimes|often|also|usually)?\s?used|means\b|refers)",
    re.IGNORECASE,
)
_WOULD_BE = re.compile(r"\b(?:would|might|could)\s(?:only\s)?(?:be|make\sit)\s(?:a\s|an\s)?[\"'*]*$", re.IGNORECASE)
_EXPECTED = re.compile(r"[\"'*]*\s(?:is|was|would be)\s(?:what|how)\b", re.IGNORECASE)
_FOR_ANOTHER = re.compile(r"[\"'*]*\s(?:for|if|in|without|were|had)\b", re.IGNORECASE)
_SAID = re.compile(  # by someone else, or by looks
    r"\b(?<!\bi )(?:would|might|could|may)\s(?:\w+\s){0,2}(?:say|think|guess|answer|call|expect|seem|look|sound|read"
    r"|appear|be\stempted|classify|label|treat|rate|regard|consider|assume|suppose)\b[^.;,]{0,40}$"
    r"|\b(?:looks?|sounds?|seems?|appears?)\s(?:at\sfirst|superficially)\b[^.;,]{0,20}$",
    re.IGNORECASE,
)
_CONCEDED = re.compile(
    r"(?<![\s*_])[\s*_]*+(?:although|though|while|even\s(?:if|though)|despite|whereas|obwohl|bien\sque|aunque|sebbene|embora|hoewel)\b"
    r"[^,.;\n]{1,200},\s",
    re.IGNORECASE,
)
_TAKES_BACK = lower_phrase(rf"[\s*_]*{one_of(cues.TAKES_BACK)}")
_BUT = re.compile(r"[,;-]\s(?:but|yet|however)\b,?\s", re.IGNORECASE)
_DENIED = re.compile(
    r"(?:\b(?:no|not|neither|nor|never|nothing|without|hardly)\b|n't\b)"
    r"(?:(?!\bbut\b|,\s(?:i|it|this|that|the|so|we|which|hence|making|leaving|and\sso)\b)[^.;:!?\n]){0,60}$",
    re.IGNORECASE,
)
_ENDING = re.compile(r"(?:ment|ion|ing|ive|ed|al|ity|ness)$")
_TRAILING = re.compile(r"[\W_]+$")
_DENIED_AFTER = re.compile("(?:적인?)?\\s?(?:\\w{0,4}[은는이가도])?\\s?(?:전혀\\s)?(?:없|아니|아닙|아닌|않)")  # Korean
_TWO = 2
_ROOT = 5  # letters
_INSERTED = re.compile(r"\w,\s(?:yes|no)\W*$", re.IGNORECASE)
_INTRODUCED = re.compile(
    r"(?!if|for|in|when|unless|with|some|many|most)\w[^,.;:!?\n]{2,40}, (yes|no)\W*", re.IGNORECASE
)
_SO = re.compile(
    r"[\s*_]{0,6}(?:so|thus|hence|therefore|overall|then|in short|in conclusion|[a-z]{3,12}ly|in "
    r"theory|in general|in short)?,?\s*",
    re.IGNORECASE,
)
_BOLD = re.compile(r"\*\*([^*\n]{1,60})\*\*")
_HEDGED = re.compile(
    r"\b(?:maybe|perhaps|not sure|unsure|cannot (?:say|tell|be (?:determined|classified))|can't "
    r"(?:say|tell)|could be (?:either|both)|hard to say|"
    r"whether)\b|^\W*(?:either|both)\b",
    re.IGNORECASE,
)


_RATHER = re.compile(r",?\s(?:rather than|instead of|as opposed to|and not)\s", re.IGNORECASE)
_LOOKED_AT = 2000  # characters at the end
_SCORE = re.compile(r"[\s*#>-]{0,6}([^:=\n]{1,40})[:=]\s{0,3}\*{0,2}(\d{1,3}(?:\.\d{1,6})?)\s?%?\W{0,4}")
_ASKING = 400  # characters at the end of a question
_QUOTED = re.compile(r"(?<!\w)'([^'\n]{1,80})'(?!\w)|\"([^\"\n]{1,80})\"")
_CLAUSES = re.compile(r"[,;]\s(?:and\s|while\s|whereas\s|but\s)?")
_UNSURE = re.compile(r"\b(?:maybe|perhaps|possibly)\b", re.IGNORECASE)


@dataclass(frozen=True)
class LabelReader(Reader):
    """Finds one of `labels`. Several of them in one place are a hedge; "not" and one of two labels is the other.

    Attributes:
        labels: the labels, as the task spells them.
        question: what was asked, to understand an answer to a yes/no question that has neither word.
    """

    labels: tuple[str, ...]
    question: str = ""
    leaves_out_unsure: ClassVar[bool] = True
    cue: ClassVar[re.Pattern[str]] = re.compile(by_first_letter((*CUES, *_HEADS)))
    any_cue: ClassVar[re.Pattern[str]] = re.compile(by_first_letter((*ANY_CUES, *_HEADS)))
    forms: ClassVar[tuple[Form, ...]] = (
        *FORMS,
        Form(
            "answer is", re.compile(rf"(?:{by_first_letter(_HEADS)})[*_]{{0,3}}:?[*_]{{0,3}}[^\S\n]{{0,4}}\n"), HEADED
        ),
        Form(
            "answer is",
            re.compile(rf"(?:{by_first_letter(_HEADS)})[*_]{{0,3}}:[*_]{{0,3}}[^\S\n]{{1,4}}(?=\S)"),
            HEADED,
            alone=True,
        ),
    )

    def find(self, text: str) -> Answer | None:
        """The label that `text` gives; `None` where it gives none, several, or declines to."""
        text = without_top(text, rating_of(self.question)) if self.labels[0].isdecimal() else text
        return self._scored(text) or super().find(text)

    def _scored(self, text: str) -> Answer | None:
        """The label with the greatest of the numbers that `text` gives to several of them, a line each."""
        scores: dict[str, float] = {}
        for line in text[-_LOOKED_AT:].splitlines():
            if (found := _SCORE.fullmatch(line)) and (label := self._label(found[1].strip("*_`'\" "), line)):
                scores[label.key] = float(found[2])
        best = [label for label, score in scores.items() if score == max(scores.values())]
        return Answer(best[0], text, "highest score", best[0], True) if len(scores) > 1 and len(best) == 1 else None

    def _without_denied(self, text: str) -> str:
        return text if self._is_polar else super()._without_denied(text)

    def _without_asides(self, text: str) -> str:
        main = super()._without_asides(text)
        answered = not self._is_polar or self._opening(text) or label_patterns(self.labels).word.search(main)
        return main if answered else text  # else "only if he had lived" is the answer

    def _parse_whole(self, piece: str) -> Candidate | None:
        whole = self._label(strip_markup(piece).strip("()[]{}#> "), piece)
        if whole:
            return whole
        if chain := _CHAIN.match(piece):
            return self._label(strip_markup(piece[chain.end() :]).strip("()[]{} "), piece)
        if not (field := _FIELD.match(piece)):
            return None
        rest = piece[field.end() :]
        return self._label(_DECORATION.sub("", strip_markup(rest)).strip("()[]{} "), piece) or self._remarked(rest)

    def _remarked(self, rest: str) -> Candidate | None:
        """The label that opens the `rest` of a field, before a remark: "Priority: high — don't take it for low"."""
        opening = None if self._is_polar or _HEDGED.search(rest) or _UNSURE.search(rest) else self._opening(rest)
        return opening if opening and _REMARK.match(rest, len(opening.text)) else None

    def _parse_announced(self, piece: str) -> Candidate | None:
        return self._opening(piece) or self._only(first_sentence(piece))

    def _opening_line(self, text: str) -> Place | None:
        if place := super()._opening_line(text):
            return place
        opening = self._opening(text) or self._introduced(text)
        return Place(opening, "opening word", True, len(opening.text)) if opening else None

    def _introduced(self, text: str) -> Candidate | None:
        """Yes or no at the end of a first sentence of a few words, before others: "Strictly speaking, no. Some do."."""
        if not self._is_polar or len(sentence := first_sentence(text)) == len(text.rstrip(" .!")):
            return None
        found = _INTRODUCED.fullmatch(sentence)
        return self._label(found[1], sentence) if found else None

    def _refuses(self, text: str) -> bool:
        """Whether `text` refuses to help, and states no label after that.

        "I can't say for sure, but it is unlikely" is no refusal: what it says of itself is weighed by `polarity`.
        """
        said = sentences(text)
        refused = max((n for n, sentence in enumerate(said) if _REFUSES_HELP.search(sentence)), default=None)
        if refused is None:
            return False
        if any(self._states(one) or concludes(one) or self._opening(one) for one in said[refused:]):
            return False
        implied = self._infer(text) if self._is_polar else None
        return implied is None or implied.rule != "implied"

    def _concludes_otherwise(self, text: str, opening: Place) -> bool:
        last = next(iter(last_sentences(text)), "")
        named = self._only(last) if concludes(last) else None
        return named is not None and named.key != opening.candidate.key

    def _infer(self, text: str) -> Answer | None:
        start = text.rstrip().rfind("\n") + 1
        heads = text[:start].rstrip().endswith(":")  # a list of labels to be weighed
        if heads and self._opening(text[start:]) and not self._parse_whole(text[start:]):
            return None
        if opening := (None if heads else self._opening(text[start:])) or self._opening(text):
            return opening.found("opening word", explicit=True)
        if known := self._answered_at_once(text):
            return known.found("implied", explicit=False)
        sentences = last_sentences(text)[:_LATEST]
        if named := self._named_last(sentences, first_sentence(text)):
            return named.found("last label", explicit=False)
        implied = self._implied(conclusion(text), text) or self._judged_at_once(text) or self._implied_before(text)
        return implied.found("implied", explicit=False) if implied else None

    def _answered_at_once(self, text: str) -> Candidate | None:
        """What the first words of `text` come to where they affirm or deny strongly: "Far from it.", "Bien sûr"."""
        pair = polar_pair(self.labels)
        affirms = (
            at_once(first_sentence(text[:_LONGEST])) if pair and not asks_not(asked_after(self.question)) else None
        )
        return None if affirms is None or not pair else self._label(pair.yes if affirms else pair.no, text)

    def _implied_before(self, text: str) -> Candidate | None:
        """What the conclusions before the last sentence come to, else the first sentence; none where two disagree."""
        last, *earlier = [*last_sentences(text)[:_LATEST], ""]
        if _TAKES_BACK.match(last[:_ASKING].lower()):
            return None
        before = [sentence for sentence in earlier if sentence and conclusion(sentence)]
        so = [one for sentence in before if results(sentence) and (one := self._implied(sentence, text))]
        opening = first_sentence(text[:_LONGEST])
        first = self._implied(opening, text) if not so and says_predicate(opening, self.question) else None
        found = {one.key: one for one in (*so, first) if one}
        return next(iter(found.values())) if len(found) == 1 else None

    def _named_last(self, sentences: list[str], first: str) -> Candidate | None:
        """The label that the last of `sentences` names, or one before it that states one: "… is positive."."""
        weak: Candidate | None = None
        supposed = [one for one in sentences if not self._is_polar and label_patterns(self.labels).supposed.search(one)]
        kept = [one for one in sentences if one not in supposed]
        for n, sentence in enumerate(kept or sentences):
            if _UNSURE.search(sentence) and self._only(sentence) is NO_ANSWER:
                return NO_ANSWER
            start = (
                self._opening(_SO.sub("", sentence, count=1))
                if concludes(sentence) or not n or sentence == first
                else None
            )
            named = start or (None if n and self._is_polar and not concludes(sentence) else self._only(sentence))
            if start and self._is_denied_later(sentence, start):
                return None
            if named and (start or concludes(sentence) or self._states(sentence)):
                return named
            if not n:
                weak = named
        opening = self._opening(_SO.sub("", first, count=1)) if self._is_polar else self._only(first)
        return weak or opening

    def _is_denied_later(self, sentence: str, opening: Candidate) -> bool:
        """Whether `sentence`, which opens with yes or no, goes on with "but" and the opposite."""
        clauses = _BUT.split(sentence)
        implied = self._implied(clauses[-1], sentence) if len(clauses) > 1 else None
        return implied is not None and implied.key != opening.key

    def _states(self, sentence: str) -> bool:
        """Whether a label ends a clause of `sentence` after a verb, as it does where it is what the sentence states."""
        named = list(self._named(sentence))
        ends = len(named) == 1 and _TRAILING.sub("", sentence).casefold().endswith(named[0].text.casefold())
        return ends or bool(label_patterns(self.labels).stated.search(sentence))

    def _target(self, target: str) -> str:
        reading = self._label(strip_markup(target).strip("()[]"), target)
        if not reading:
            raise UsageError(f"the target {target!r} is not one of the labels {', '.join(self.labels)}")
        return reading.key

    @property
    def _is_polar(self) -> bool:
        return {name.casefold() for name in self.labels} == {"yes", "no"}

    def _label(self, name: str, text: str) -> Candidate | None:
        wanted = name.casefold()
        if self._is_polar and wanted in _SAME_AS:
            wanted = _SAME_AS[wanted]
        return next(
            (Candidate(label, text.strip(), label) for label in self.labels if label.casefold() == wanted), None
        )

    def _opening(self, text: str) -> Candidate | None:
        patterns = label_patterns(self.labels)
        if self._is_polar and (other := _OPENS_POLAR.match(text)):
            return self._label(other[1], other[0])
        found = patterns.opening.match(text)
        joined = patterns.joined.match(text, found.start("label")) if found else None
        if not found or (joined and ". " not in joined[0]):
            return None
        return self._label(found["label"], found[0])

    def _only(self, sentence: str) -> Candidate | None:
        """The label that `sentence` names; `NO_ANSWER` if it names several or is not sure."""
        sentence = _CONCEDED.sub("", sentence, count=1)
        *before, after = _BUT.split(sentence)
        if self._is_polar and before and _INSERTED.search(before[0]):  # "yes, they have wings, but …"
            return NO_ANSWER
        if self._is_polar and before and len({one.key for part in (*before, after) for one in self._named(part)}) > 1:
            return NO_ANSWER  # "no for real storks, but yes for symbols"
        sentence = after if any(self._named(after)) else sentence
        tail = _CONCLUDED.split(sentence)[-1]
        sentence = tail if label_patterns(self.labels).word.search(tail) else sentence
        head = _RATHER.split(sentence, maxsplit=1)[0]
        sentence = head if label_patterns(self.labels).word.search(head) else sentence
        patterns = label_patterns(self.labels)
        if len(self.labels) > _TWO and self._denies_all(sentence):
            return None
        if patterns.joined.search(sentence) or patterns.about.search(sentence):
            return NO_ANSWER
        readings = {reading.key: reading for reading in self._named(sentence)}
        if len(readings) > 1 and len(self.labels) > _TWO:
            affirmed = {reading.key: reading for reading in self._named(sentence, denied=True)}
            readings = affirmed if len(affirmed) == 1 else readings
        if not readings and (inflected := self._inflected(sentence)):
            return inflected
        if len(readings) == 1:
            return NO_ANSWER if _HEDGED.search(sentence) else next(iter(readings.values()))
        if len(readings) > 1 and (role := self._role(sentence)):
            return role
        stated = {found["label"].casefold() for found in label_patterns(self.labels).stated.finditer(sentence)}
        if len(readings) > 1 and _UNSURE.search(sentence):
            return NO_ANSWER
        if len(stated) == 1 and len(readings) > 1:
            return self._label(stated.pop(), sentence)
        bold = [reading for found in _BOLD.findall(sentence) if (reading := self._label(found.strip(" .:!"), found))]
        if len({reading.key for reading in bold}) == 1:
            return bold[0]
        return NO_ANSWER if readings else None

    def _role(self, sentence: str) -> Candidate | None:
        """The label in the clause of `sentence` about what the question quotes last: "'ran' is the verb, and …"."""
        quoted = [one.casefold() for found in _QUOTED.findall(self.question[-_ASKING:]) for one in found if one][-1:]
        clauses = [clause for clause in _CLAUSES.split(sentence) if quoted and quoted[0] in clause.casefold()]
        named = [*self._named(clauses[0])] if len(clauses) == 1 else []
        return named[0] if len({one.key for one in named}) == 1 else None

    def _inflected(self, sentence: str) -> Candidate | None:
        """The only label of which `sentence` has another form, such as "entailed", and does not deny it."""
        names = {
            label
            for label in self.labels
            if len(root := _ENDING.sub("", label.casefold())) >= _ROOT
            for found in re.finditer(rf"\b{re.escape(root)}\w{{0,4}}\b", sentence.casefold())
            if found[0] != label.casefold() and not _DENIED.search(sentence[: found.start()])
        }
        return self._label(names.pop(), sentence) if len(names) == 1 else None

    def _denies_all(self, sentence: str) -> bool:
        """Whether `sentence` names labels only to deny them: "no trace of joy or fear"."""
        return any(self._named(sentence)) and not any(self._named(sentence, denied=True))

    def _named(self, sentence: str, *, denied: bool = False) -> Iterator[Candidate]:
        """The labels that `sentence` names; without those in a clause that denies something, where `denied`."""
        for found in label_patterns(self.labels).word.finditer(sentence):
            if self._is_beside(sentence, found) or (denied and _DENIED.search(sentence[: found.start()])):
                continue
            reading = self._label(found["label"], found[0])
            negated = found["negated"] or _DENIED_AFTER.match(sentence, found.end("label"))
            if reading and not negated:
                yield reading
            elif reading and len(self.labels) == 2:
                other = self.labels[1 - self.labels.index(reading.key)]
                yield Candidate(other, reading.text, other)

    def _is_beside(self, sentence: str, found: re.Match[str]) -> bool:
        """Whether a label there is only explained, or what would hold of something else."""
        start, end = found.span("label")
        if (
            _DEFINED.match(sentence, end)
            or _EXPECTED.match(sentence, end)
            or _SAID.search(sentence[max(0, start - 60) : start])
        ):
            return True
        return bool(_FOR_ANOTHER.match(sentence, end) and _WOULD_BE.search(sentence[max(0, start - 24) : start]))

    def _judged_at_once(self, text: str) -> Candidate | None:
        """What a first sentence such as "He didn't." or "This is a myth." comes to."""
        first = first_sentence(text[:_LONGEST])
        return self._implied(first, text) if judges_it(first, self.question) else None

    def _implied(self, sentence: str, text: str) -> Candidate | None:
        """What `sentence` comes to where the labels are yes and no, or the like, and it has neither."""
        pair = polar_pair(self.labels)
        if not pair or len(sentence) > _LONGEST:
            return None
        question = asked_after(_TRUE_OR_FALSE.sub("", self.question))
        affirms = polarity(sentence, question, text) if pair.english else elsewhere(sentence, question)
        return None if affirms is None else self._label(pair.yes if affirms else pair.no, sentence)
