"""Whether a sentence states a given text as the answer to its question: "Brazilians speak Portuguese".

Only grading asks this, which knows the target. It must not be enough that the target occurs: "Percy Shelley wrote it,
with the help of Mary Shelley" states something else. So the text has to stand as subject or at the end of a main
clause, which says words of the question again, adds hardly any of its own, and denies, supposes and compares nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from promptkit.answers.prose.new_words import LINKS, TOKEN, asked_words, is_known, plain
from promptkit.answers.prose.topic import asked_stems, stem, stems
from promptkit.answers.texts.text_keys import text_key

_LONGEST = 60  # words of a sentence
_MOST_NEW = 2  # words before the text that the question has not
_SHORTEST, _ENDING = 3, 4  # letters of a word, and of the ending of its longer form
_PREDICATE = 7  # words after a subject among which one of the question stands
_WORDS = re.compile(r"[\w$][\w\s.,'’&/%$+−-]+|\d")  # no intervals, formulas or code
_NAME = stems("name")
_SORT = re.compile(r"\b(?:which|what)\s(?:of\s(?:these|the\sfollowing|the)\s)?(\w+)", re.IGNORECASE)
_UNSPACED = re.compile("[\u3040-\u9fff\uac00-\ud7af]")
_DENIES_UNSPACED = re.compile("不|没|沒|非|或|ではな|じゃな|吗|嗎|而不|아니|않|아닙|못|혹은|또는|까\\?|아닌")
_IS_UNSPACED = re.compile(
    "\\s?(?:是|为|為|は|が|です|だ|である|でした|입니다|이다|이었습니다|였습니다|예요|이에요|[은는이가](?=\\s)|[。.]|$)"
)
_LINKS_UNSPACED = re.compile("(?:是|为|為|は|が|叫|称|[가-힣][은는이가인의])\\s?$")
_MARKUP = re.compile(r"\*\*|__|`|(?<!\w)[*_]|[*_](?!\w)|\([^()]{0,120}\)")
_ASKS_NOT = re.compile(r"\bnot\b|\bexcept\b|n't\b", re.IGNORECASE)
_NOT_WORDS = frozenset(("not", "no", "never", "isn't", "aren't", "wasn't", "doesn't", "don't"))
_DIGIT = re.compile(r"[\d≈~]")
_LONG = 6  # letters
_ADVERB = re.compile(r"\w{3,}ly")
_SEASON = re.compile(r"(?:^|\s)(?:since|as of|seit|depuis|desde|dal|sinds)\s(?:the\s)?\d{3,4}\b", re.IGNORECASE)
_CLAUSES = re.compile(
    r"[,;:—–](?=\s|$)|\s[—–-]\s"
    r"|\s(?=(?:while|whereas|although|though|because|since|when|where|who|which|whose|after|before|but|yet|if|as|until"
    r"|während|obwohl|weil|aber|alors que|mais|mientras|aunque|pero|mentre|ma)\s)",
    re.IGNORECASE,
)
_BESIDE = re.compile(  # a clause that opens so is not what the sentence states
    r"\W*(?:while|whereas|although|though|because|since|when|where|who|which|whose|after|before|if|as|until|unlike|like"
    r"|despite|instead|rather|than|not|no|nor|neither|with|without|near|for|from|by|to|of|often|sometimes|compared"
    r"|formerly|previously|once|even|unless|nicht|während|obwohl|weil|wenn|wie|statt|alors|pas|non|et non|mientras"
    r"|aunque|mentre|kein)\b",
    re.IGNORECASE,
)
_BUT = re.compile(r"\W*(?:but|yet|so|hence|thus|therefore|aber|mais|pero|ma|mas|maar)\s", re.IGNORECASE)
_SO = re.compile(r"\W*(?:so|hence|thus|therefore)\s", re.IGNORECASE)
_DENIES = re.compile(
    r"\b(?:not|never|no|nor|neither|nobody|none|without|or|either|maybe|perhaps|possibly|might|may|could|used to"
    r"|would have|formerly|no longer|instead|unlike|rather|wrong|wrongly|mistaken\w*|mistak\w+|confus\w+|myth"
    r"|incorrect\w*|false\w*|almost|nearly|think|thinks|thought|believe[sd]?|assume[sd]?|guess\w*|seems?|if|unless|except|than|inspired"
    r"|helped|against|nicht|kein\w*|nie|oder|pas|jamais|ou|ne|nunca|non|mai|nem|não|niet|geen|of)\b|n't\b",
    re.IGNORECASE,
)
_DENYING_WORDS_OF_OTHERS = frozenset(("of", "ou", "no", "ne", "mai", "non"))  # that are harmless words elsewhere
_SHIFTS = frozenset(
    "second third fourth fifth former previous next other another last least smallest largest biggest first only "  # noqa: SIM905
    "half ex then early late sole main chief largest lowest highest longest shortest youngest oldest "
    "zweite zweitgrößte deuxième segundo seconda".split()
)
_BE = frozenset(
    "is was are were be been became become becomes remains has had have does did do will would must it's that's "  # noqa: SIM905
    "ist war sind wurde heißt lautet est était es fue era è fu é foi jest był".split()
)
_PRONOUNS = frozenset(
    "it this that these those he she they we you one people there here someone i y'all answer who what "  # noqa: SIM905
    "es das er sie man on il elle ce c'est lo".split()
)
_CONTRACTED = frozenset("you're they're he's she's i'm we're it's that's you'll".split())  # noqa: SIM905
_FUNCTION = (
    _BE
    | _CONTRACTED
    | _PRONOUNS
    | frozenset(
        "the a an and of in on at by to from as called named known also today now currently actually indeed most very "  # noqa: SIM905
        "find found located situated "
        "widely commonly usually officially then well so its his her their our your into about more standard typical "
        "der die das den dem im zu la le les el los un une una il de du des al del des auch".split()
    )
)
_PREPOSITIONS = frozenset(
    "out off up down away into onto "  # noqa: SIM905
    "of for to by in on at with from near between under over about against like than as von für mit bei pour avec "
    "dans para con em per".split()
)
_ADVERBIAL = _PREPOSITIONS | frozenset("around during every since after before when where with today again".split())  # noqa: SIM905
_MAY_OPEN = _ADVERBIAL | {"now", "standard", "typical", "normal", "modern", "usual", "common", "famous"}
_TELLING = frozenset(
    "is was are were be been called named known as it's that's you're they're he's she's "  # noqa: SIM905
    "i'm we're describes gives give gives makes make get gets becomes means spells "
    "ist war heißt lautet wird est était es fue era è é foi jest".split()
)
_ADVISING = frozenset("only use choose pick try go with select recommend i'd i'll would should".split())  # noqa: SIM905
_CAUSING = frozenset((verb, "to") for verb in ("leads", "lead", "led")) | {("results", "in"), ("resulted", "in")}
_BEFORE_LINK = frozenset(("same", "made", "known", "translates"))
_DID = frozenset(("did", "does", "do", "is", "was", "has"))
_ELLIPTIC = frozenset("did does do is was were are has had so it that".split())  # noqa: SIM905
_OPENS_NAME = frozenset("'\"‘“ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_HEDGES = re.compile(r"\b(?:or|maybe|perhaps|possibly|either|might|could|oder|ou|o)\b", re.IGNORECASE)
_PLACE_ASKED = re.compile(
    r"\b(?:where|(?:in|on|to|from)\s(?:which|what)|which\s(?:country|city|state|continent|place|region|island|town))\b",
    re.IGNORECASE,
)
_MAKER_ASKED = re.compile(r"\b(?:who|whom|whose|which\s\w+\s\w+ed)\b", re.IGNORECASE)


class _Word(NamedTuple):
    plain: str
    text: str
    end: int


def states(sentence: str, target: str, question: str, *, one_of_several: bool = False) -> bool:
    """Whether `sentence` states `target` as the answer to `question`.

    Args:
        sentence: one of a reply.
        target: a text in letters or digits; nothing else is found.
        question: what was asked, without options.
        one_of_several: whether other texts are looked for, too: then the verb has to be one of the question.
    """
    wanted = _words(target)
    if not wanted or not question or not _WORDS.fullmatch(target.strip()) or sentence.rstrip(" *_\"'").endswith("?"):
        return False
    text = _SEASON.sub(" ", _MARKUP.sub("", sentence.replace("’", "'")))
    if len(text.split()) > _LONGEST:
        return False
    if _UNSPACED.search(target):
        return _states_unspaced(text, target.strip(), question)
    before, clauses = "", _CLAUSES.split(text)
    in_formula = re.compile(rf"[-−+*/^=<>≥≤√]\s?{re.escape(target.strip())}", re.IGNORECASE)
    if not (clauses := [clause for clause in clauses if not in_formula.search(clause)]):
        return False
    if not one_of_several and _opens(clauses, wanted) and not _HEDGES.search(text):
        return True
    for n, clause in enumerate(clauses):
        if place := _place(_words(clause), wanted, strict=one_of_several):
            if _is_stated(clause, place, before, question, strict=one_of_several):
                about = len(_known(clause, question))
                return not any(_claims(later, question, more_than=about) for later in clauses[n + 1 :])
        elif not _BESIDE.match(clause) and _claims(clause, question):
            return False  # it has already given something else
        before = clause
    return False


def names_only(sentence: str, target: str, question: str) -> bool:
    """Whether `sentence` is `target`, with nothing beside it but words of the question: "The number 2"."""
    words, wanted = _words(_MARKUP.sub("", sentence)), _words(target)
    place = _place(words, wanted, strict=True) if wanted else None
    if not place or _denies(sentence, question):
        return False
    return all(
        is_known(word.plain, question) or word.plain in _FUNCTION | _ADVISING
        for word in (*words[: place[0]], *words[place[1] :])
    )


def _states_unspaced(text: str, target: str, question: str) -> bool:
    """The same in a script without blanks: a clause that begins or ends with the target and says the question again."""
    for clause in re.split(r"[，。；、,;!！]", text):
        head, found, rest = clause.strip().partition(target)
        if not found or _DENIES_UNSPACED.search(clause) or (head and _IS_UNSPACED.sub("", rest)):
            continue
        linked = _IS_UNSPACED.match(rest) if not head else _LINKS_UNSPACED.search(head)
        again = asked_stems(question) & stems(head or rest)
        if linked and 2 * len(again) >= min(4, len(asked_stems(question))):
            return True
    return False


_key = lru_cache(maxsize=4096)(text_key)


def _words(text: str) -> list[_Word]:
    found = [_Word(plain(one[0]), one[0], one.end()) for one in TOKEN.finditer(text)]
    return [word for word in found if word.plain not in {"the", "a", "an"}]


def _place(words: Sequence[_Word], wanted: Sequence[_Word], *, strict: bool) -> tuple[int, int] | None:
    """Where the words of the target stand in a row; of one of several texts, in whatever forms."""
    keys = [_key(word.text) for word in wanted]
    given = [_key(word.text) for word in words]
    if strict:
        keys, given = _forms(keys), _forms(given)
    for start in range(len(given) - len(keys) + 1):
        part = given[start : start + len(keys)]
        if part == keys or (strict and all(map(_is_same, part, keys))):
            return start, start + len(keys)
    return None


def _opens(clauses: Sequence[str], wanted: Sequence[_Word]) -> bool:
    """Whether the first clause is nothing but the text, and no list begins there: "Saturn, with 146"."""
    words, after = _words(clauses[0]), _words("".join(clauses[1:2]))
    if not after:
        return (
            len(words) == len(wanted) + 1
            and words[-1].plain in _DID
            and _place(words, wanted, strict=False) == (0, len(wanted))
        )
    if not (after[0].plain in _ADVERBIAL or any(word.plain in _BE for word in after)):
        return False
    while words and words[-1].plain in _ELLIPTIC:
        words = words[:-1]
    return [text_key(word.text) for word in words] == [text_key(word.text) for word in wanted]


def _forms(words: Sequence[str]) -> list[str]:
    return [stem(word.removesuffix("ing") if len(word) > _LONG else word) for word in words]


def _is_same(word: str, other: str) -> bool:
    """Whether one is the other, or its plural."""
    return word == other or (min(len(word), len(other)) > _SHORTEST and word.rstrip("esn") == other.rstrip("esn"))


def _is_stated(clause: str, place: tuple[int, int], before: str, question: str, *, strict: bool) -> bool:
    words = _words(clause)
    left, right = words[: place[0]], words[place[1] :]
    if not left and not right:  # "Synonym: fast."
        named = [word for word in _words(before) if word.plain not in _FUNCTION]
        return bool(named) and all(is_known(word.plain, question) for word in named)
    if _ASKS_NOT.search(question):
        if not any(word.plain in _NOT_WORDS or word.plain.endswith("n't") for word in words):
            return False
        left = [word for word in left if word.plain not in _NOT_WORDS]
        right = [word._replace(plain=word.plain.removesuffix("n't")) for word in right if word.plain not in _NOT_WORDS]
    left = [word for word in left if not _ADVERB.fullmatch(word.plain) or is_known(word.plain, question)]
    if not left:
        right = _until_another(right, question)
    rest = " ".join(word.plain for word in (*left, *right))
    if _BESIDE.match(clause) or _denies(rest, question) or words[place[1] - 1].text.casefold().endswith("'s"):
        return False
    if _shifted((*left, *right), question) or _other_numbers(rest, question):
        return False
    if _BUT.match(clause):
        left = left[1:]
        if not left and not right and _SO.match(clause):
            return True
        if len(left) > 1 and left[-1].plain in _TELLING and _SO.match(clause):
            return not right
    if all(word.plain in _MAY_OPEN or word.plain.isdecimal() for word in left):
        given = " ".join(word.text for word in words[place[0] : place[1]])
        return _is_subject(right, given, question)
    return _is_complement(left, right, before, question, strict=strict)


def _until_another(right: list[_Word], question: str) -> list[_Word]:
    """What is said of a subject: up to "and" before another statement, up to "than" in an answer that compares."""
    plains = [word.plain for word in right]
    for n, word in enumerate(plains):
        if word == "than" and n > 1 and any(is_known(one, question) and one not in _FUNCTION for one in plains[:n]):
            return right[:n]
        if word == "and" and n > 1 and any(one in _BE for one in plains[n:]):
            return right[:n]
    return right


def _denies(rest: str, question: str) -> bool:
    english = question.isascii()
    found = [one[0].casefold() for one in _DENIES.finditer(rest)]
    return any(not (english and word in _DENYING_WORDS_OF_OTHERS and word != "no") for word in found)


def _shifted(words: Sequence[_Word], question: str) -> bool:
    """Whether a word such as "second" or "former" makes it a statement about something else than was asked."""
    return any((word.plain in _SHIFTS or "-" in word.plain) and not is_known(word.plain, question) for word in words)


def _other_numbers(rest: str, question: str) -> bool:
    """Whether the sentence has numbers, and none of those that the question has."""
    asked, given = set(re.findall(r"\d+", question)), set(re.findall(r"\d+", rest))
    return bool(asked and given and asked.isdisjoint(given))


def _is_subject(right: Sequence[_Word], given: str, question: str) -> bool:
    """Whether what follows a subject says of it what was asked: "wrote it", "is the capital of Peru"."""
    if not right:
        return False
    verb, rest = right[0].plain, [word.plain for word in right[1:]]
    if verb not in _BE and rest and right[1].text[:1] in _OPENS_NAME and not is_known(rest[0], question):
        return False  # "painted 'Sunflowers'"
    content = [word for word in rest if word not in _FUNCTION and word not in LINKS]
    asked = asked_stems(question) - stems(given) - _NAME
    said = _predicate(question)
    if len(said) > 1 and said <= stems(" ".join((verb, *rest))):
        return True
    if verb not in _BE and not (asked & stems(verb) or is_known(verb, question)):
        return False
    if verb not in _BE and asked & stems(verb):
        return not content or _half(asked, " ".join((verb, *rest))) or not _new(content[:1], question)
    for word in rest[:_PREDICATE]:
        if is_known(word, question) and word not in _FUNCTION and word not in LINKS:
            return 2 * len(asked & stems(" ".join(rest))) >= min(3, max(1, len(asked)))
        if word in _PREPOSITIONS:
            return False
    return False


def _predicate(question: str) -> frozenset[str]:
    """The words with which `question` asks, without the sort of thing that it asks for: "which city …"."""
    found = _SORT.search(question)
    return asked_stems(question) - stems(found[1]) if found else asked_stems(question)


def _is_complement(left: Sequence[_Word], right: Sequence[_Word], before: str, question: str, *, strict: bool) -> bool:
    """Whether what stands before a text at the end of a clause asks for it: "Brazilians speak", "it is called"."""
    if right and (right[0].plain not in _ADVERBIAL or right[0].text[:1].isupper()):
        return False
    words = [word.plain for word in left]
    if tuple(words[-2:]) in _CAUSING:
        words = words[:-1]
    content = [word for word in words if not (word in _FUNCTION or word in LINKS or _DIGIT.match(word))]
    new = _new(content, question)
    link = words[-1]
    if (
        (link in {"from", "of", "by", "as"} or words[-2:-1] == ["translates"])
        and len(words) > 1
        and (is_known(words[-2], question) or words[-2] in _BEFORE_LINK)
    ):
        return words[-2] not in LINKS and len(new) < _MOST_NEW
    if any(word.text[:1].isupper() and n and not is_known(word.plain, question) for n, word in enumerate(left)):
        return False
    if link == "for" and len(words) > 1 and is_known(words[-2], question) and words[-2] not in LINKS and new == ["for"]:
        return True  # "Fe is the symbol for"
    if link in _PREPOSITIONS and not _asked_with(link, question):
        return link == "of" and len(new) == 1 and words[-2:-1] == new and bool(_known(before, question))
    if len(new) > _MOST_NEW or (content and content[0] in new and words[0] not in _PRONOUNS | _CONTRACTED):
        return False
    if link in _TELLING or link in _PREPOSITIONS:
        return bool(len(content) > len(new) or not content or _known(before, question))
    if new and (strict or link != new[-1]):
        return False
    return len(new) < _MOST_NEW and (len(content) > len(new) or words[0] in _PRONOUNS)


def _asked_with(preposition: str, question: str) -> bool:
    """Whether a question for a place or a maker is answered with this preposition before it."""
    if preposition == "by":
        return bool(_MAKER_ASKED.search(question))
    return preposition in {"in", "on", "at"} and bool(_PLACE_ASKED.search(question))


def _claims(clause: str, question: str, more_than: int | None = None) -> bool:
    """Whether a clause without the target says the question again, denies nothing, and so gives another answer."""
    if _denies(clause, question) or (more_than is not None and _BESIDE.match(clause)):
        return False
    words = [word.plain for word in _words(clause)]
    content = [word for word in words if word not in _FUNCTION and word not in LINKS and not word.isdecimal()]
    verb = any(word in _BE or word in _TELLING for word in words) or any(
        stems(w) & asked_stems(question) for w in words
    )
    return verb and len(_known(clause, question)) > (more_than or 0) and bool(_new(content, question))


def _known(text: str, question: str) -> frozenset[str]:
    return stems(text) & asked_stems(question)


def _new(words: Sequence[str], question: str) -> list[str]:
    asked = asked_stems(question)
    return [word for word in words if not (is_known(word, question) or stems(word) & asked or _is_form(word, question))]


def _is_form(word: str, question: str) -> bool:
    """Whether `word` is a longer form of one of the question: "mixing" of "mix"."""
    return any(
        len(one) >= _SHORTEST and word.startswith(one) and len(word) - len(one) <= _ENDING
        for one in asked_words(question)
    )


def _half(asked: frozenset[str], text: str) -> bool:
    return 2 * len(asked & stems(text)) >= len(asked)
