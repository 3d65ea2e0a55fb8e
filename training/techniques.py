# The techniques as the library words them, or in held-out wordings, asked of one engine.
"""Kept apart from the library on purpose: a change of its templates must not change what is measured here.

`tests/training/test_wordings.py` fails when the two come apart: then the figures in the model card are for wordings
that users no longer get, and must be measured again.
"""

import re
from collections import Counter
from typing import Literal

from training import wordings
from training.dice import dice
from training.engine import Engine
from training.problem import Problem

Message = dict[str, str]
Wording = Literal["library", "held out"]
MOST_PARTS = 16
UNKNOWN = "unknown"
ANNOUNCED = re.compile(r"The answer is ([^\n]+?)\.(?=\s|$)|答案是([^\n。]+)。")


def user(text: str) -> Message:
    """What the user says."""
    return {"role": "user", "content": text}


def assistant(text: str) -> Message:
    """What the model has said."""
    return {"role": "assistant", "content": text}


def read(reply: str) -> str:
    """The last announced answer, or nothing."""
    found = ANNOUNCED.findall(reply)
    return "".join(found[-1]) if found else ""


def question(problem: Problem, index: int = 0, wording: Wording = "library") -> str:
    """The problem with the sentence about the form of its answer."""
    return f"{problem.body}\n{_say(problem.language.finish[problem.answer_kind], index, wording)}"


def questions(problems: list[Problem], wording: Wording = "library") -> list[str]:
    """All of them."""
    return [question(problem, index, wording) for index, problem in enumerate(problems)]


def _say(listed: tuple[str, ...], index: int, wording: Wording) -> str:
    return listed[0] if wording == "library" else listed[-1 - index % wordings.HELD_OUT]


class Techniques:
    """One model and one family of wordings."""

    def __init__(self, engine: Engine, wording: Wording = "library") -> None:
        self.engine = engine
        self.wording = wording

    def say(self, listed: tuple[str, ...], index: int) -> str:
        """The library's wording of an instruction, or one of the held-out ones in turn."""
        return _say(listed, index, self.wording)

    def questions(self, problems: list[Problem]) -> list[str]:
        """All questions."""
        return questions(problems, self.wording)

    def direct(self, problems: list[Problem], *, temperature: float = 0.0, seed: int = 0) -> list[str]:
        """The questions alone."""
        chats = [[user(asked)] for asked in self.questions(problems)]
        return self.engine.chat(chats, temperature=temperature, seed=seed)

    def chain(self, problems: list[Problem], *, temperature: float = 0.0, seed: int = 0) -> list[str]:
        """The questions with an instruction to reason."""
        chats = [[user(f"{q}\n\n{self.say(wordings.CHAIN, i)}")] for i, q in enumerate(self.questions(problems))]
        return self.engine.chat(chats, temperature=temperature, seed=seed)

    def vote(self, problems: list[Problem], draws: int, temperature: float) -> list[str]:
        """The commonest answer of several sampled chains; a dead end has no vote."""
        drawn = [self.chain(problems, temperature=temperature, seed=1000 * (d + 1)) for d in range(draws)]
        return [_commonest([read(reply) for reply in replies]) for replies in zip(*drawn, strict=True)]

    def plan(self, problems: list[Problem]) -> list[str]:
        """A list of sub-questions, each asked with the earlier replies in view, and their combination."""
        asked = self.questions(problems)
        plans = self.engine.chat([[user(f"{q}\n\n{self.say(wordings.PLAN, i)}")] for i, q in enumerate(asked)])
        parts = [re.findall(r"^\d+\. (.+)$", plan, re.MULTILINE)[:MOST_PARTS] for plan in plans]
        solved: list[list[str]] = [[] for _ in problems]
        for number in range(max(map(len, parts), default=0)):
            waiting = [i for i, listed in enumerate(parts) if number < len(listed)]
            texts = [_sub_question(asked[i], solved[i], number, parts[i][number]) for i in waiting]
            for i, reply in zip(waiting, self.engine.chat([[user(text)] for text in texts]), strict=True):
                solved[i].append(f"{number + 1}. {parts[i][number]} {reply.strip()}")
        known = [question + _answers(done) for question, done in zip(asked, solved, strict=True)]
        return self.engine.chat([[user(f"{text}\n\n{self.say(wordings.COMBINE, i)}")] for i, text in enumerate(known)])

    def reflect(self, problems: list[Problem], drafts: list[str]) -> tuple[list[str], list[bool]]:
        """The replies after one round of criticism, and whether the critic accepted each draft."""
        reviews = []
        for i, (asked, draft) in enumerate(zip(self.questions(problems), drafts, strict=True)):
            request = f"{self.say(wordings.REVIEW, i)} {self.say(wordings.VERDICT, i)}"
            reviews.append([user(asked), assistant(draft), user(request)])
        critiques = self.engine.chat(reviews)
        accepted = [critique.rstrip().rstrip(".").endswith("correct") for critique in critiques]
        refused = [i for i, good in enumerate(accepted) if not good]
        revise = [[*reviews[i], assistant(critiques[i]), user(self.say(wordings.REVISE, i))] for i in refused]
        final = list(drafts)
        for i, reply in zip(refused, self.engine.chat(revise), strict=True):
            final[i] = reply
        return final, accepted

    def shots(self, problems: list[Problem], examples: list[Problem], count: int, *, reasoned: bool) -> list[str]:
        """Solved examples as earlier turns."""
        chats = []
        for i, asked in enumerate(self.questions(problems)):
            chat = []
            for example in dice(i).sample(examples, count):
                steps = f"{example.language.gap.join(example.chain)}\n" if reasoned else ""
                chat += [user(question(example, i, self.wording)), assistant(f"{steps}{example.announced}")]
            chats.append([*chat, user(asked)])
        return self.engine.chat(chats)


def _commonest(answers: list[str]) -> str:
    voting = [answer for answer in answers if answer not in ("", UNKNOWN)] or answers
    return Counter(voting).most_common(1)[0][0]


def _answers(done: list[str]) -> str:
    return "\n\nAnswers so far:\n" + "\n".join(done) if done else ""


def _sub_question(question: str, done: list[str], number: int, part: str) -> str:
    return f"{question}{_answers(done)}\n\nSub-question {number + 1}: {part}"
