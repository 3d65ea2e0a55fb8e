"""A model whose reply follows from the messages alone, so that a run has one right result however often it dies."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from promptkit.wrappers.outage import CONTROL
from tests.loopback.apis import Turns

_TAG = re.compile(r"<[0-9a-f]{12}>")


def tags(text: str) -> set[str]:
    """The marks of the replies that `text` quotes: every reply carries its own."""
    return set(_TAG.findall(text))


@dataclass
class Oracle:
    """Answers, counts every call, and tells `seen(n)` of the n-th before it answers.

    Attributes:
        asked: how often each conversation came. Draws are never sent, so those of one vote are the same conversation.
        quoted: the tags of all replies that a later call was made from: those replies were used.
    """

    seen: Callable[[int], None] = lambda _: None
    asked: Counter[str] = field(default_factory=Counter)
    quoted: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, turns: Turns) -> str:
        if turns[-1]["content"] == CONTROL.question:
            return "OK"  # asked in an outage, and no call of the run
        asked = json.dumps(turns)
        with self._lock:
            self.asked[asked] += 1
            self.quoted |= tags(asked)
            self.seen(self.asked.total())
        return _reply(hashlib.sha256(asked.encode()).hexdigest())


def _reply(digest: str) -> str:
    """A plan, a verdict and an answer at once, each in some of the replies: whoever asked finds what it needs."""
    steps, verdict, answer = (int(digest[i], 16) for i in range(3))
    lines = [f"{n}. What is part {n} of <{digest[:12]}>?" for n in range(1, steps % 4 + 1)]
    lines += [("Verdict: correct", "Verdict: wrong", "Let me look again.")[verdict % 3]]
    lines += [f"The answer is {answer % 3}."] if answer else []
    return "\n".join([*lines, f"<{digest[:12]}>"])
