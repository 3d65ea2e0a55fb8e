"""Examples with a model's own reasoning: those of its replies to train questions that are right."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from promptkit.answers import AnswerType
from promptkit.backend import Backend, require_backend
from promptkit.errors import AnswerNotFound, InvalidRequest, PromptTooLong, UnknownModel, UsageError
from promptkit.gather import gather
from promptkit.grading.judging import ByAnswer
from promptkit.strategies.thoughts import passed_on
from promptkit.sync import wait_for
from promptkit.tasks import Item
from promptkit.types import Completion, Example, Prompt, Usage

Advance: TypeAlias = Callable[[], None]
Heard: TypeAlias = Callable[[Completion], None]

ALIKE = 5  # refused questions and no other: it is not the questions that are refused

_SENTENCE = re.compile(r"(?:(?<=[.!?])\s+|\n|(?<=[。！？]))")


@dataclass(frozen=True)
class Bootstrapped:
    """What came of the train questions that were asked.

    Attributes:
        examples: those that were answered right, with the model's reasoning, in the order of the questions.
        asked: how many questions were asked.
        right: how many of them had a right reply; more than there are examples where one gave no reasoning, or was not
            needed any more.
        usage: what it took, calls that came from a cache included; `paid` is without those.
        refused: the questions that the model refused to be asked, a bad request each; they are left out.
    """

    examples: tuple[Example, ...]
    asked: int
    right: int
    usage: Usage
    paid: Usage
    refused: tuple[str, ...] = ()


def bootstrap_examples(
    backend: Backend,
    examples: Sequence[Example],
    *,
    answer: AnswerType,
    n: int = 8,
    draws: int = 1,
    temperature: float | None = None,
    max_tokens: int | None = None,
    form: str = "",
    concurrency: int = 8,
) -> Bootstrapped:
    """Ask the questions of `examples` and keep right replies as examples with reasoning, until there are `n`.

    That reasoning which led to a right answer teaches is of Zelikman et al. 2022, "STaR: Bootstrapping Reasoning With
    Reasoning", arXiv:2203.14465, who train the model on it, again and again, and tell it the answers of questions that
    it got wrong; here it is shown, made once, and what was wrong is left out. As BootstrapFewShot of Khattab et al.
    2023, "DSPy", arXiv:2310.03714, does; there right answers are those that a metric accepts, the model that is asked
    sees bare examples, and such ones fill up what is missing. Here right is what `answer` reads as the example's own,
    and nothing is shown or filled up. Auto-CoT (Zhang et al. 2022, arXiv:2210.03493) has no right answers: it takes
    one question of each of several clusters, and whatever reasoning comes. Here the questions are taken in their order.
    A reply is cut before the sentence that has its answer, and the example's answer takes that place, so that the form
    is right.

    Calls: at most `draws` times those of `backend` for each example; `concurrency` questions at a time, none after the
    round that has the last of `n`.

    Args:
        backend: what reasons, such as `ChainOfThought(model)`; around a `Cache` of the model it pays for no call twice.
        examples: of the train split; a reasoning that they have is not shown.
        answer: how answers are read, and compared with the example's.
        n: how many are wanted.
        draws: how often a question is asked until a reply is right; more than 1 needs sampling.
        temperature: of these replies; `None` is the model's own.
        max_tokens: the longest reply; one that is cut off is not right.
        form: the line of the questions that states the form of the answer (`Prompt.form`).
        concurrency: how many questions are asked at the same time.

    Raises:
        UsageError: a number that can't be, or an example's answer can't be read.
        BackendError: a call failed; its `completions` are the calls before it. A question that is refused
            (`InvalidRequest`) is left out instead, unless the first five or all of them are.
    """
    return wait_for(
        bootstrapped(
            backend,
            examples,
            answer=answer,
            n=n,
            draws=draws,
            prompt=Prompt.of("?", temperature=temperature, max_tokens=max_tokens).model_copy(update={"form": form}),
            concurrency=concurrency,
        )
    )


async def bootstrapped(
    backend: Backend,
    examples: Sequence[Example],
    *,
    answer: AnswerType,
    n: int,
    draws: int,
    prompt: Prompt,
    concurrency: int,
    advance: Advance = lambda: None,
    heard: Heard = lambda _: None,
    accepts: Callable[[Completion], bool] = lambda _: True,
    refused_before: Container[str] = (),
) -> Bootstrapped:
    """The same with `await`; a question is asked as `prompt` with its text, and `advance` is called after each.

    `heard` is called with everything that was replied, right or wrong. What `accepts` does not take is not right. What
    was `refused_before` counts as refused again, unasked.
    """
    for name, value in {"n": n, "draws": draws, "concurrency": concurrency}.items():
        if value < 1:
            raise UsageError(f"{name}={value}: give at least 1")
    teacher = _Teacher(require_backend(backend), answer, draws, prompt, advance, heard, accepts, refused_before)
    for example in examples:
        target_of(example, answer)  # what can't be read is reported before anything is asked
    found, asked = list[Example](), 0
    while len(found) < n and asked < len(examples):
        wave = examples[asked : asked + concurrency]
        asked += len(wave)
        found += [made for made in await gather(teacher.made(one) for one in wave) if made]
        if teacher.refusal and len(teacher.refused) == asked and (asked >= ALIKE or asked == len(examples)):
            raise teacher.refusal
    refused = tuple(one.question for one in examples[:asked] if one.question in teacher.refused)
    return Bootstrapped(tuple(found[:n]), asked, teacher.right, teacher.usage, teacher.paid, refused)


def target_of(example: Example, answer: AnswerType) -> str:
    """The right answer, as the example shows it.

    Raises:
        UsageError: it shows none.
    """
    found = answer.find(example.answer, question=example.question)
    if found is None:
        fact = f"the example {example.question[:60]!r} shows {example.answer[:60]!r}"
        raise UsageError(f"{fact}, which is no answer of kind {answer.kind}")
    return found.text


class _Teacher:
    """Asks train questions, and keeps account of it."""

    def __init__(
        self,
        backend: Backend,
        answer: AnswerType,
        draws: int,
        prompt: Prompt,
        advance: Advance,
        heard: Heard,
        accepts: Callable[[Completion], bool],
        refused_before: Container[str],
    ) -> None:
        self._backend, self._answer, self._draws, self._prompt = backend, answer, draws, prompt
        self._advance, self._heard, self._accepts = advance, heard, accepts
        self._judging = ByAnswer()
        self.right, self.usage, self.paid = 0, Usage(), Usage()
        self._refused_before = refused_before
        self.refused = list[str]()  # questions
        self.refusal: InvalidRequest | None = None  # the first of now

    async def made(self, example: Example) -> Example | None:
        """The example with the reasoning of the first right reply to it, if that has some."""
        made = None
        if example.question in self._refused_before:
            self.refused.append(example.question)
        else:
            made = await self._first_right(example)
        self._advance()
        return made

    async def _first_right(self, example: Example) -> Example | None:
        asked = self._prompt.with_question(example.question)
        for number in range(self._draws):
            try:
                reply = await self._backend.complete(asked.with_draw(asked.draw + number))
            except (AnswerNotFound, PromptTooLong) as error:
                self._count(error.completions)
                continue
            except UnknownModel:
                raise
            except InvalidRequest as error:
                self._count(error.completions)
                self.refused.append(example.question)
                self.refusal = self.refusal or error
                return None
            self._count((reply,))
            if self._accepts(reply) and await self._is_right(reply, example):
                self.right += 1
                if reasoning := self._reasoning(reply, example.question):
                    return Example(question=example.question, answer=example.answer, reasoning=reasoning)
        return None

    def _count(self, completions: Iterable[Completion]) -> None:
        for made in completions:
            self._heard(made)
            for call in made.calls():
                self.usage += call.usage
                self.paid += Usage() if call.cached else call.usage

    async def _is_right(self, reply: Completion, example: Example) -> bool:
        asked = Item("", example.question, target_of(example, self._answer))
        judged = await self._judging.judge(reply.text, reply.finish_reason, self._answer, asked)
        return judged.outcome == "correct"

    def _reasoning(self, reply: Completion, question: str) -> str:
        """The reply before the sentence that has its answer."""
        text = passed_on(reply.text).strip()
        found = self._answer.find(text, question=question)
        place = text.rfind(found.text) if found else -1
        before = text[: max(place, 0)]
        cuts = [cut.end() for cut in _SENTENCE.finditer(before)]
        return before[: cuts[-1]].strip() if cuts else ""
