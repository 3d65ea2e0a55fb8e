"""Short texts (names, titles, terms), compared without what two writers of the same thing do differently."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile

import promptkit.answers.texts.text_forms as forms
from promptkit.answers.answer import Answer
from promptkit.answers.prose.announced import PIECE
from promptkit.answers.prose.corrections import correction
from promptkit.answers.prose.new_words import new_words
from promptkit.answers.prose.reply import plain_signs
from promptkit.answers.prose.sentences import (
    declines,
    explains,
    first_sentence,
    last_sentences,
    refuses,
    sentences,
    strip_markup,
)
from promptkit.answers.prose.topic import asked_stems, stems, topic
from promptkit.answers.reader import Candidate, Reader
from promptkit.answers.texts.asserted import likeliest, likelihood
from promptkit.answers.texts.set_aside_texts import is_set_aside
from promptkit.answers.texts.stated_texts import states
from promptkit.answers.texts.text_keys import shorter, text_key
from promptkit.answers.words.marks import language
from promptkit.errors import UsageError

_A_NAME = 3  # words of a name
_FEW = 6  # words of a short text on a line of its own
_LATEST = 8  # sentences in which one is looked for that is about the question
LIKELY = 0.6  # from which likelihood on a target counts as asserted
_UNLIKELY = 0.12  # and below which it does not, whatever the sentence that was found
_CONTEXT = 4000  # characters
_LONGEST = 20  # words; a longer line is an explanation, not a short text

_BOLD = re.compile(r"\*\*([^*\n]{1,120})\*\*|__([^_\n]{1,120})__")
_DESCRIBES = re.compile(r"(?:the|a|an|its|his|her|their|your|this|that|our)\s", re.IGNORECASE)
_NO = re.compile(r"(?:no|not at all)\b,?\s", re.IGNORECASE)
_ECHO = re.compile(r"[^.!?\n]{1,60}\?\s+(?=\S)")
_GREETS = re.compile(
    r"(?:sure|certainly|of course|absolutely|ok(?:ay)?|gladly|with pleasure|(?:great|good|nice|interesting) question"
    r"|happy to help|no problem|gerne|natürlich|bien sûr|claro|por supuesto|certo|当然|もちろん)\s?[!.,:…]+\s+(?=\S)",
    re.IGNORECASE,
)
_HEADED = re.compile(r"[^\n:]{1,60}:[*_]{0,3}\s*\n\s*([^\n]{1,200})")
_WHERE = re.compile(
    r"\W*(?:in\s(?:which|what)|where|in\swelche\w|wo|où|dans\squel\w*|à\squel\w*|en\squé|dónde|in\squale|dove|em\sque|onde)\b",
    re.IGNORECASE,
)
_WHO = re.compile(r"\W*(?:(?:by\s)?who|whom|which\s(?:\w+\s){1,3}?\w+ed)\b", re.IGNORECASE)
_PLACED = re.compile(r"^(?:in|inside|at|on|into|within|under|near)\s(?:side of\s)?(?:the\s)?")
_ALSO = re.compile(
    r",?\s(?:i\.e\.,?|that is,?|also (?:known|called|spelled) (?:as )?|a\.?k\.?a\.?|viz\.)\s", re.IGNORECASE
)
_CLAUSE_END = re.compile(r"[,;:(—]\s?|\s(?:since|because|where|which|who|when|while|after|before|although)\s")
_ASKS = re.compile(r"[?？]|\b(?:name|which|what|who|where)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"(?:we|i|you|he|she|it|they|let|this|that|these|there|here|one)\b", re.IGNORECASE)
_CONTINUES = re.compile(
    r"\W{0,3}(?:it|that|this|they|he|she|there|c'est|ce|es|fue|lo|la|è|é|era|foi|das|es|er|sie|het|dat|to|это)(?:'s)?\s",
    re.IGNORECASE,
)
_LAST_NAME_FIRST = re.compile(r"([A-Z][\w'-]+), ([A-Z][\w'-]+(?: [A-Z][\w.'-]*)?)")
_SINCE = re.compile(r",?\s(?:since|seit|depuis|desde|dal|sinds)\s(?:the\s)?\d{3,4}\b,?|^As of \d{4},\s", re.IGNORECASE)
_FOREIGN_ARTICLE = re.compile(r"^(?:la|le|les|el|los|las|il|lo|gli|der|die|das|den|een|het|os|as)\s|^l\s?'?(?=\w)")
_DESCRIBED = re.compile(
    r"^(?:[Tt]he|[Aa]n?)\s(?:\S+\s){0,5}(?!(?:the|an?|than|into|to|from|with|by|in|at|of|and|or|near)\s)[a-z]\w+\s((?:[A-Z][\w.'-]*\s?){1,4})$"
)  # the cosmonaut Valentina Tereshkova
_DID_SO = re.compile(r"\s(?:did|does|do|was|were|is|has|had)(?:\sso|\sit)?$")
_BUT = re.compile(r"[,;]\s(?:but|yet|aber|doch|mais|pero|ma|mas|maar)\s", re.IGNORECASE)
_IT_IS_UNSPACED = re.compile(r"^(?:[那这它]个?|就|应该|當然|当然)?是(?=[\u3400-\u9fff])")
_BRACKETS = re.compile(r"[(（][^()（）]{1,60}[)）]$")
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»\n]{1,40})[\"”“»],?\s(?=[–—(-])")
_COPULA = re.compile(r"(?:です|だ|である|でした|입니다|이다|예요|이에요|ครับ|ค่ะ)$")
_NONE_OF_THEM = re.compile(r"\b(?:none of (?:these|those|them)|neither of (?:these|those|them))\b", re.IGNORECASE)
_ITEM = re.compile(r"^[ \t]{0,8}(?:\d{1,2}[.)]|[-*•])[ \t][^\n]*\n?", re.MULTILINE)
_ASKS_EXCEPTION = re.compile(r"\b(?:exceptions?|errors?|raise[sd]?|throws?)\b", re.IGNORECASE)
_RAISED = re.compile(r"^Traceback[^\n]*\n(?:[ \t][^\n]*\n){0,60}(?:[a-z_]+\.)*([A-Z]\w{2,60})(?::|$)", re.MULTILINE)
_CYRILLIC = re.compile("[а-яіїєґ]", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_FILLER = frozenset(
    "the a an of in is was are were to and what which who whom whose where when how did does do for on by at it that "  # noqa: SIM905
    "this name".split()
)


@dataclass(frozen=True)
class TextReader(Reader):
    """Finds a short text: one that is announced, one in bold, what a short sentence states, or a short reply.

    Attributes:
        question: what was asked; what a sentence repeats of it is not the answer, and a place named in it need not be
            named again.
    """

    question: str = ""

    def _parse_whole(self, piece: str) -> None:
        """Nothing: the form of a line does not show that it is an answer."""

    def _parse_announced(self, piece: str) -> Candidate | None:
        if declines(piece):
            return None
        return self._stated(first_sentence(piece)) or self._reading(first_sentence(piece))

    def _infer(self, text: str) -> Answer | None:
        if _ASKS_EXCEPTION.search(self.question) and (raised := _RAISED.findall(text[-4000:])):
            reading = self._reading(raised[-1])
            return reading.found("traceback", explicit=False) if reading else None
        text = _GREETS.sub("", text.strip())
        if (echo := _ECHO.match(text)) and self._is_asked(echo[0]):  # "The capital? Nairobi."
            text = text[echo.end() :]
        line = forms.CONTRAST.sub("", text) or text
        if headed := _HEADED.fullmatch(line):  # "Sorted alphabetically:" and what is sorted
            line = headed[1]
        later, _ = correction(line, 0)
        if later and len(later) < len(line):
            read = self._correction(later)
            return replace(read, rule="correction") if read else None
        if declines(line) or refuses(line[-1000:]):
            return None
        if _NONE_OF_THEM.search(line):  # of a list above, whose items are then no answer
            line = _ITEM.sub("", line)
        if not self.question:
            return self._guess(line)
        guess = self._asserted(line, self._guess(line)) or self._said(line)
        return replace(guess, context=line[:_CONTEXT]) if guess else None

    def _asserted(self, text: str, guess: Answer | None) -> Answer | None:
        """`guess`, or where that is none or a long sentence, the text that `text` most likely asserts."""
        if guess and (guess.explicit or len(str(guess.value).split()) <= _FEW):
            return guess
        best = likeliest(text[:_CONTEXT], self.question)
        reading = self._reading(best[0]) if best and best[1] >= LIKELY else None
        if not reading:
            return guess
        return reading._replace(text=guess.text if guess else reading.text).found("sentence", explicit=False)

    def _said(self, text: str) -> Answer | None:
        """The first sentence of `text` that says words of the question again, or begins with a pronoun: for grading."""
        for sentence in sentences(text[:_CONTEXT]) if self.question else ():
            if stems(sentence) & asked_stems(self.question) or _CONTINUES.match(sentence):
                reading = None if sentence.endswith("?") else self._reading(sentence)
                return reading.found("sentence", explicit=False) if reading else None
        return None

    def _guess(self, line: str) -> Answer | None:
        """What the sentences of `line` come to."""
        parts = last_sentences(line[:4000])[::-1]
        if len(parts) == 1 and (coded := self._opening_code(line)):
            return coded.found("opening code", explicit=False)
        if len(parts) == 1 and len(line) <= PIECE and len(line.split()) <= _LONGEST:
            stated = self._stated(line)
            reading = stated or (None if _is_sentence(line) else self._reading(line)) or self._added(line)
            reading = reading or (self._reading(line) if self.question else None)
            reading = reading._replace(text=line) if reading else None
            return reading.found("sentence" if stated else "whole reply", explicit=not stated) if reading else None
        bold = {reading.key: reading for found in _BOLD.finditer(line[:4000]) if (reading := self._in_bold(found))}
        if len(bold) == 1:
            return next(iter(bold.values())).found("bold", explicit=False)
        first = first_sentence(line)
        if coded := self._opening_code(first):
            return coded.found("opening code", explicit=False)
        if opening := self._opening_text(line) or self._opening_words(line, first):
            return opening
        if not self.question:
            return None
        about = topic(self.question)
        best = max(parts[:_LATEST], key=lambda sentence: len(about & stems(sentence)), default=first)
        first = best if len(about & stems(best)) > len(about & stems(first)) else first
        stated = self._stated(first) if len(first.split()) <= 2 * _LONGEST else None
        stated = stated or self._added(first) or self._said_again(first)
        return stated._replace(text=first).found("sentence", explicit=False) if stated else None

    def _opening_code(self, sentence: str) -> Candidate | None:
        """What stands as code after a few words that a first `sentence` opens with: "You'd use `git diff` here."."""
        found = forms.CODE_FIRST.match(sentence.lstrip("*_ ")) if self.question else None
        if not found or forms.AVOIDS.search(found[1] or "") or self._is_asked(found[2]):
            return None
        more = sentence.count("`") > 2 and forms.EITHER.search(sentence)
        return None if more or sentence.rstrip().endswith("?") else self._reading(found[2])

    def _said_again(self, sentence: str) -> Candidate | None:
        """All of a `sentence` that says words of the question again: grading looks for the target in it."""
        about = topic(self.question) & stems(sentence)
        return self._reading(sentence) if about and not sentence.rstrip().endswith("?") else None

    def _corrected(self, text: str) -> Candidate | None:
        read = self._correction(text)
        return Candidate(read.value, read.text, read.key) if read else None

    def _correction(self, text: str) -> Answer | None:
        """What `text`, which begins to correct something, comes to: its last sentence if that is about the question."""
        _, rest = correction(text, 0)
        last = last_sentences(text)[0]
        read = self._infer(last) if last not in rest[: len(last)] and self._is_about(last) else None
        return read or self._infer(_NO.sub("", rest)) or (self._infer(last) if last != text else None)

    def _opening_text(self, text: str) -> Answer | None:
        """A few words on a line of their own that `text` opens with, before a paragraph or an explanation."""
        line, _, rest = text.partition("\n")
        explained = rest.startswith("\n") or explains(rest)
        if not explained or len(line.split()) > _FEW or line.lstrip().startswith(("#", "-", "*")) or ":" in line:
            return None
        reading = self._reading(line)
        return reading.found("opening line", explicit=False) if reading else None

    def _opening_words(self, line: str, first: str) -> Answer | None:
        """A first sentence of a few words that state nothing: "Joey! They stay in the pouch for months."."""
        if quoted := _QUOTED.match(line):
            reading = self._reading(quoted[1])
            return reading.found("opening line", explicit=False) if reading and not self._is_asked(quoted[1]) else None
        if (stem_ := _COPULA.sub("", first)) != first and len(stem_) <= _FEW and len(first) < len(line.rstrip("。")):
            reading = self._reading(stem_)
            return reading.found("opening line", explicit=False) if reading else None
        after = line[len(first) : len(first) + 2]
        if len(first.split()) > _A_NAME or after not in {". ", "! "} or _A_VERB.search(first) or ":" in first:
            return None
        reading = self._reading(first)
        return reading.found("opening line", explicit=False) if reading and not self._is_asked(first) else None

    def _target(self, target: str) -> str:
        key = text_key(target)
        if not key:
            raise UsageError("the target is empty; write the text of a correct answer")
        return key

    def accepts(self, answer: Answer, target: str) -> bool:
        """Whether `answer` is `target`, or one is the other with an addition, as `Vivendi` and `Vivendi S.A.` are."""
        given, key = str(answer.value), self._target(target)
        if answer.explicit and key == answer.key:
            return True
        if answer.context and is_set_aside(answer.context, target, self.question):
            return False
        likely = likelihood(answer.context, target, self.question) if answer.context else None
        if likely is not None and likely >= LIKELY:
            return True
        partly = not answer.explicit and len(answer.context) > len(answer.text)
        if partly and likely is not None and likely < _UNLIKELY:
            return False
        turned = f"{found[2]} {found[1]}" if (found := _LAST_NAME_FIRST.fullmatch(given)) else given
        also = [part for part in _ALSO.split(given) if part] if _ALSO.search(given) else []
        keys = {
            answer.key,
            text_key(turned),
            *map(text_key, also),
            *shorter(given, self.question),
            *self._new_words(given),
        }
        if described := _DESCRIBED.match(given):
            keys.add(text_key(described[1]))
        if not given.isascii():
            keys.add(text_key(_IT_IS_UNSPACED.sub("", _BRACKETS.sub("", _COPULA.sub("", given.strip(" .。!！"))))))
        if self._is_foreign:
            key, keys = _FOREIGN_ARTICLE.sub("", key), {_FOREIGN_ARTICLE.sub("", one) for one in keys}
        if _WHERE.match(self.question):  # inside the box, in the box
            keys.add(text_key(given.partition(",")[0]))
            key, keys = _PLACED.sub("", key), {_PLACED.sub("", one) for one in keys}
        if key in keys or answer.key in shorter(target, self.question) or self._is_without_asked(target) in keys:
            return True
        said = dict.fromkeys((given, answer.text))
        if not any(map(str.isalpha, target)) or self._is_asked(target):
            return False
        return any(states(one, target, self.question) for one in said)

    def _is_without_asked(self, target: str) -> str | None:
        """The key of `target` without a last word that the question has: "Pacific", where an ocean is asked for."""
        head, _, tail = target.strip().rpartition(" ")
        return text_key(head) if head and tail.casefold() in self._asked else None

    @cached_property
    def _is_foreign(self) -> bool:
        return language(self.question) != "en"

    def _new_words(self, text: str) -> set[str]:
        """The key of what a sentence that repeats the question adds to it, with and without what follows a comma."""
        if (
            not self._asked
            or forms.THAN.search(text)
            or forms.NEGATED.search(text)
            or forms.EITHER.search(text)
            or len(text.split()) > _LONGEST
        ):
            return set()
        text = _SINCE.sub("", text)
        new = self._new(_DID_SO.sub("", _CLAUSE_END.split(text, maxsplit=1)[0]))
        return self._after_the_question(text) | ({new.key} if new else set())

    def _added(self, sentence: str) -> Candidate | None:
        """What the first clause of `sentence`, which repeats words of the question, adds to them."""
        if (
            not _ASKS.search(self.question)
            or forms.THAN.search(sentence)
            or forms.NEGATED.search(sentence)
            or forms.EITHER.search(sentence)
        ):
            return None
        clause = forms.WHEN.sub("", _CLAUSE_END.split(sentence, maxsplit=1)[0])
        new = self._new(clause) if stems(clause) & topic(self.question) else None
        return new if new and _WORD.match(new.text) and not _PRONOUN.match(new.text) else None

    def _after_the_question(self, text: str) -> set[str]:
        """The key of what follows the words that `text` and the question begin with, as in 日本の首都は東京です."""
        asked = plain_signs(self.question).strip()
        common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(text, asked, strict=False)))
        rest = _COPULA.sub("", text[common:].strip(" .。!"))
        short = 0 < len(rest) <= max(_FEW * 2, len(text) // 2)
        return {text_key(rest)} if short and common >= max(_FEW, len(asked) // 3) else set()

    def same(self, answer: Answer, other: Answer) -> bool:
        """Whether one would be right where the other is the target."""
        return self.accepts(answer, str(other.value)) or self.accepts(other, str(answer.value))

    def _in_bold(self, found: re.Match[str]) -> Candidate | None:
        """What stands in bold, unless that is a heading or a remark."""
        text = found[1] or found[2]
        before = found.string[found.string.rfind("\n", 0, found.start()) + 1 : found.start()]
        opens = not any(map(str.isalpha, before))  # "You're looking for **x**:" heads nothing
        heading = text.rstrip().endswith(":") or (opens and found.string.startswith(":", found.end()))
        return None if heading or len(text.split()) > 8 else self._reading(text)

    def _stated(self, sentence: str) -> Candidate | None:
        """What `sentence` states: what is bold in it, or the side of "is" that does not repeat the question."""
        parts = forms.CONTRAST.sub("", sentence).split("; ")[::-1]
        parts = [part for part in parts if not self._is_shifted(part)]
        if not parts:
            return None
        about = topic(self.question)
        elsewhere = any(about & stems(part) for part in parts[:-1]) and not _DESCRIBES.match(parts[-1])
        if len(parts) > 1 and len(parts[-1].split()) <= _A_NAME and not (_A_VERB.search(parts[-1]) or elsewhere):
            return self._name(parts[-1])  # "A cub; a joey is something else"
        sentence = max(parts[::-1], key=lambda part: len(stems(part) & topic(self.question)))
        *_, last = _BUT.split(sentence)
        sentence = last if stems(last) & topic(self.question) else sentence
        if (told := forms.COLON_IT_IS.fullmatch(strip_markup(sentence))) and not forms.NEGATED.search(told[0]):
            return self._name(told[1])
        if turned := forms.NOT_BUT.fullmatch(strip_markup(sentence)):
            return self._name(turned[1])
        if forms.NEGATED.search(_PARENTHESIS.sub("", sentence)) or sentence.rstrip().endswith("?"):
            return None
        bold = [reading for found in _BOLD.finditer(sentence) if (reading := self._in_bold(found))]
        if len(bold) > 1:  # of several the one that does not only repeat the question
            bold = [one for one in bold if not self._is_asked(one.text)]
        if len(bold) == 1 and len(_BOLD.sub("", sentence).split()) > 0:
            return bold[0]
        marked = {
            one.key: one
            for text in _MARKED.findall(_PARENTHESIS.sub("", sentence))
            if (one := self._reading("".join(text)))
        }
        if len(marked) == 1 and not self._is_asked((only := next(iter(marked.values()))).text) and self.question:
            return only
        left, arrow, right = sentence.partition("→")
        if arrow and self._is_about(left):
            return self._name(right)
        if (dash := forms.DASH_IS.fullmatch(strip_markup(sentence))) and _CYRILLIC.search(self.question):
            return self._name(dash[2]) if self._is_about(dash[1]) else None
        plain = strip_markup(forms.ASIDE.sub("", forms.INSERTED.sub("", sentence)))
        return None if forms.EITHER.search(plain) else self._in_form(plain, sentence)

    def _in_form(self, plain: str, sentence: str) -> Candidate | None:
        """What `sentence`, which is `plain` without asides, states in one of the forms known."""
        if (done := forms.BY.fullmatch(plain)) and _WHO.match(self.question) and self._is_about(done[1]):
            return self._name(done[2])
        if (meant := forms.STANDS_FOR.fullmatch(plain)) and self._is_about(meant[1]):
            return self._name(meant[2])
        if (placed := forms.LIES_IN.fullmatch(plain)) and _WHERE.match(self.question) and self._is_about(placed[1]):
            return self._name(placed[2])
        if (
            (did := forms.DID.match(sentence.lstrip("*_")))
            and _WHO.match(self.question)
            and self._is_asked_verb(did[2])
        ):
            other = forms.NAMED_OBJECT.match(sentence.lstrip("*_"), did.end())
            return None if other and not self._is_asked(other[1]) else self._name(did[1])
        if it := forms.IT_IS.fullmatch(plain):
            return self._name(it[1])
        if self._is_foreign and (it := forms.IT_IS_ELSEWHERE.fullmatch(plain)) and it[1][:1].isupper():
            return self._name(it[1])
        if not (found := forms.IS.fullmatch(plain)):
            return None
        left, right = found[1], found[2]
        if forms.THAN.search(right):
            return None
        if _DESCRIBES.match(left) and not _DESCRIBES.match(right):
            return self._name(right)
        asked = self._asked
        if not asked:
            return self._name(right) if re.search(r"\b(?:of|in|for|to|by|called|name|answer)\b", left) else None
        again = [
            len(asked & set(_WORD.findall(side.casefold())))
            / max(1, len(set(_WORD.findall(side.casefold())) - _FILLER))
            for side in (left, right)
        ]
        if again[0] == again[1]:
            return None
        return self._name(right if again[0] > again[1] else left)

    def _is_shifted(self, part: str) -> bool:
        """Whether `part` tells of something beside what was asked: "the second largest", "the former capital"."""
        found = forms.SHIFTED.search(part)
        return found is not None and found[0].casefold() not in self.question.casefold()

    @cached_property
    def _asked(self) -> frozenset[str]:
        return frozenset(_WORD.findall(self.question.casefold())) - _FILLER

    def _is_about(self, subject: str) -> bool:
        """Whether `subject` names something of the question."""
        return not self._asked.isdisjoint(_WORD.findall(subject.casefold()))

    def _is_asked_verb(self, verb: str) -> bool:
        """Whether `verb` is one of the question's."""
        return not topic(self.question).isdisjoint(stems(verb)) or verb.casefold() in self._asked

    def _is_asked(self, text: str) -> bool:
        """Whether the question has all words of `text`."""
        return self._asked.issuperset(set(_WORD.findall(text.casefold())) - _FILLER)

    def _new(self, sentence: str) -> Candidate | None:
        """The words that `sentence` adds to the question."""
        new = new_words(sentence, self.question)
        return self._reading(new) if new else None

    def _name(self, text: str) -> Candidate | None:
        """`text` as a short text, without a remark after it."""
        text = forms.DONE_BY.sub("", forms.ASIDE.sub("", text.strip()))
        text = forms.WHO_DID.sub("", forms.WHEN.sub("", text))
        text = clause[1] if (clause := forms.CLAUSE.match(text)) else text
        if forms.NOT_A_NAME.match(text) or not text or len(text.split()) > 8:
            return None
        return self._reading(text)

    def _reading(self, piece: str) -> Candidate | None:
        text = strip_markup(piece)
        key = text_key(text)
        return Candidate(text, piece.strip(), key) if key else None


_PARENTHESIS = re.compile(r"\s\([^()\n]{0,120}\)")
_MARKED = re.compile(r"(?<![\w*])\*([^*\s][^*\n]{0,60})\*(?![\w*])|\"([^\"\n]{1,60})\"(?=\W{0,9}$)")
_A_VERB = re.compile(r"\b(?:is|are|was|were)\b", re.IGNORECASE)


def _is_sentence(line: str) -> bool:
    """Whether a line that states something is no short text by itself."""
    return bool(_A_VERB.search(line)) and len(line.split()) > 4 and line.rstrip("*_\"' ").endswith((".", "!"))
