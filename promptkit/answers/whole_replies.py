"""Kinds that look for something anywhere in a reply: a text that it contains, a pattern that matches."""

from __future__ import annotations

import functools
import re
import unicodedata

from promptkit.answers.answer import Answer
from promptkit.confined.process import Worker
from promptkit.errors import NotGraded, UsageError

PATTERN_SECONDS = 2.0  # the longest that a pattern may look at a reply
START_SECONDS = 60.0
LONGEST_PATTERN = 2000  # characters
_NO_BLANKS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")  # their words touch


class _WholeReply:
    """Takes the whole reply, without the white space around it."""

    def find(self, text: str) -> Answer | None:
        """The reply; `None` for an empty one."""
        reply = text.strip()
        return Answer(reply, reply, "whole reply", reply, explicit=True) if reply else None


class ContainsReader(_WholeReply):
    """A reply is right when the target's words stand somewhere in it, whatever their case and the blanks between."""

    def check(self, target: str) -> None:
        """Refuse an empty target.

        Raises:
            UsageError: every reply contains it.
        """
        if not _plain(target):
            raise UsageError("the target is empty, which every reply contains; write what a right reply contains")

    def accepts(self, answer: Answer, target: str) -> bool:
        """Whether `target` stands in the reply as whole words: no `no` in `know`."""
        self.check(target)
        return bool(_words(_plain(target)).search(_plain(answer.text)))


class RegexReader(_WholeReply):
    """A reply is right when the target, a pattern, matches somewhere in it.

    The pattern language is that of Python's `re`. Case and lines count, unless the pattern begins with flags such as
    `(?is)`. It is tried in another process, which is ended when it takes too long: no pattern and reply can hang a run.
    """

    def check(self, target: str) -> None:
        """Refuse a target that is not a pattern.

        Raises:
            UsageError: it does not compile, is longer than 2,000 characters, or matches an empty reply.
        """
        if _found(target, ""):
            raise UsageError(f"the pattern {target!r:.80} matches anything, an empty reply too; write a stricter one")

    def accepts(self, answer: Answer, target: str) -> bool:
        """Whether the pattern `target` matches somewhere in the reply.

        Raises:
            NotGraded: it takes more than two seconds to tell.
        """
        return _found(target, answer.text)


def _found(pattern: str, text: str) -> bool:
    if len(pattern) > LONGEST_PATTERN:
        raise UsageError(
            f"the target is a pattern of {len(pattern):,} characters; at most {LONGEST_PATTERN:,} are read"
        )
    if not pattern:
        raise UsageError("the target is empty; write a pattern")
    try:
        answer = _worker().ask({"pattern": pattern, "text": text}, seconds=PATTERN_SECONDS)
    except NotGraded as error:
        fact = f"the pattern {pattern!r:.80} could not be tried on this reply: {error}"
        raise NotGraded(f"{fact}; write one without nested repetition") from None
    if "refused" in answer:
        raise UsageError(f"the target {pattern!r:.80} is not a pattern: {answer['refused']}")
    return bool(answer["matches"])


@functools.cache
def _worker() -> Worker:
    return Worker("match_pattern.py", megabytes=1024, start_seconds=START_SECONDS)


@functools.lru_cache(maxsize=512)
def _words(text: str) -> re.Pattern[str]:
    """A pattern of exactly this text, not inside a longer word."""
    before = r"(?<!\w)" if _is_bounded(text[0]) else ""
    after = r"(?!\w)" if _is_bounded(text[-1]) else ""
    return re.compile(before + re.escape(text) + after)


def _is_bounded(sign: str) -> bool:
    """Whether words of this sign's script are separated from their neighbours."""
    return (sign.isalnum() or sign == "_") and not _NO_BLANKS.match(sign)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
