"""Strategies as solvers of Inspect (`inspect-ai`): its model is asked, its task, scorer and log stay as they are."""

from __future__ import annotations

import functools
from collections.abc import Callable

from promptkit.answers import AnswerKind, AnswerType
from promptkit.backend import Backend
from promptkit.errors import AnswerNotFound, InvalidRequest, Unavailable, UsageError
from promptkit.interop.passing import LibraryModel, account, no_text, prompt_of, turns_of
from promptkit.providers.function import FunctionModel
from promptkit.redacting import redacted
from promptkit.specs import build
from promptkit.streaming import emit
from promptkit.task_context import TaskContext
from promptkit.tasks.options import LETTERS, read_options
from promptkit.types import Completion, FinishReason, Prompt, Role, Usage

try:
    from inspect_ai.model import (
        ChatMessage,
        ChatMessageAssistant,
        ChatMessageSystem,
        ChatMessageUser,
        GenerateConfig,
        ModelOutput,
        StopReason,
        get_model,
    )
    from inspect_ai.model import Model as InspectAiModel
    from inspect_ai.solver import Generate, Solver, TaskState, solver
except ModuleNotFoundError as error:
    raise UsageError(f"promptkit.interop.inspect needs {error.name}; pip install inspect-ai") from None

Built = str | Callable[[Backend], Backend]  # a specification, or what builds the strategy, such as its class
CHOICE_FORM = 'Finish with "The answer is <letter>."'
_FINISH: dict[str, FinishReason] = {
    "stop": "stop",
    "max_tokens": "length",
    "model_length": "length",
    "content_filter": "refusal",
}
_MESSAGES: dict[Role, Callable[[str], ChatMessage]] = {
    "system": lambda text: ChatMessageSystem(content=text),
    "user": lambda text: ChatMessageUser(content=text),
    "assistant": lambda text: ChatMessageAssistant(content=text),
}
_STOPS: dict[FinishReason, StopReason] = {"stop": "stop", "length": "max_tokens", "refusal": "content_filter"}


@solver
def strategy_solver(strategy: Built, answer: AnswerKind = "text") -> Solver:
    """A strategy as a solver: `strategy_solver("cot")`, or `strategy_solver(ChainOfThought)`.

    Every call goes to the model that Inspect evaluates, so that its log has each with its usage, its limits hold, and
    what the task configures (temperature, tokens) counts where the prompt leaves it open. A sample with choices is
    asked with its options below the question; the option answered is marked for the scorer `choice`. Where a strategy
    finds no answer (`AnswerNotFound`), the output is empty, and scored as wrong.

    Calls: those of the strategy, for each sample.

    Args:
        strategy: a specification, or what makes the strategy of a backend.
        answer: how answers are read where a strategy counts votes; options are always read as `choice`.

    Raises:
        UsageError: the specification can't be built; a sample has tools, images, or more options than letters.
    """
    _made(strategy, FunctionModel(str), answer)  # what is wrong with it is reported before anything is sent

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001 - its tool loop is not used
        if state.tools:
            raise UsageError("strategies call no tools; leave use_tools out of the task's solver")
        if state.choices:
            state.user_prompt.text = with_options(state.user_prompt.text, [one.value for one in state.choices])
        prompt = prompt_of([turn_of(message) for message in state.messages], "Inspect")
        model = InspectModel(get_model())
        asked = prompt.with_form(CHOICE_FORM) if state.choices else prompt
        try:
            reply = await _made(strategy, model, "choice" if state.choices else answer).complete(asked)
        except AnswerNotFound as missing:
            reply = Completion(text="", prompt=asked, by=model.name, usage=missing.usage, fallbacks=(str(missing),))
        _mark(state, reply, asked.question)
        stop = _STOPS.get(reply.finish_reason, "unknown")
        state.output = ModelOutput.from_content(model.name, reply.text, stop_reason=stop)
        state.output.metadata = {"promptkit": account(reply)}
        state.messages.append(state.output.message)
        return state

    return solve


def _made(strategy: Built, model: Backend, answer: AnswerKind) -> Backend:
    if isinstance(strategy, str):
        return build(strategy, model, TaskContext(answer=AnswerType(answer)))
    return strategy(model)


def _mark(state: TaskState, reply: Completion, question: str) -> None:
    found = AnswerType("choice").find(reply.text, question=question) if state.choices else None
    letters = str(found.value) if found else ""
    for place in range(len(state.choices)):
        state.choices.mark_choice(place, LETTERS[place] in letters)


def with_options(question: str, choices: list[str]) -> str:
    """The question with its options below it, a line each.

    Raises:
        UsageError: there are fewer than two, or more than letters.
    """
    if not 2 <= len(choices) <= len(LETTERS) or (options := read_options(choices)) is None:
        raise UsageError(f"a sample has {len(choices)} choices; give 2 to {len(LETTERS)}")
    return f"{question}\n{options.shown()}"


def turn_of(message: ChatMessage) -> tuple[Role, str]:
    """A message of Inspect as a turn.

    Raises:
        UsageError: it is from a tool, calls one, or has images or other media.
    """
    if message.role == "tool" or (message.role == "assistant" and message.tool_calls):
        raise UsageError("a message of the sample is about a tool, and strategies call none")
    parts = [] if isinstance(message.content, str) else message.content
    if other := [part.type for part in parts if part.type not in ("text", "reasoning")]:
        raise no_text(f"a message of the sample has content of the type {other[0]}")
    return message.role, message.text


class InspectModel(LibraryModel):
    """A model of Inspect as ours: `InspectModel(get_model())`.

    Texts, temperature, `max_tokens`, `stop` and `effort` are passed on, and usage comes back. Images, log
    probabilities and JSON schemas are refused by name. It retries by itself, as Inspect has it set. Further draws of
    one prompt never come from Inspect's cache.

    Calls: one a prompt.

    Args:
        model: the model of Inspect.
    """

    whose, passes = "Inspect's ", ("effort",)
    endpoint = ""  # Inspect knows it alone

    def __init__(self, model: InspectAiModel) -> None:
        self.model = model

    @property
    def name(self) -> str:
        """As Inspect names it, `provider/name`."""
        return str(self.model)

    async def _complete(self, asked: Prompt) -> Completion:
        self.check(asked)
        turns = turns_of(asked, _MESSAGES)
        generate = self.model.generate
        if asked.draw or asked.repeat:
            generate = functools.partial(generate, cache=False)
        output = await generate(turns, config=_config(asked))
        if output.error or not output.choices:
            raise Unavailable(
                f"{self.name} ended in an error of Inspect: {redacted(str(output.error))}", model=self.name
            )
        if output.message.tool_calls:
            raise InvalidRequest(f"{self.name} called a tool, and strategies call none", model=self.name)
        finish = _FINISH.get(output.stop_reason, "unknown")
        return emit(
            Completion(text=output.completion, prompt=asked, by=self.name, usage=_usage(output), finish_reason=finish)
        )


def _config(asked: Prompt) -> GenerateConfig:
    level = asked.effort if isinstance(asked.effort, str) else None
    return GenerateConfig(
        temperature=asked.temperature,
        max_tokens=asked.max_tokens,
        stop_seqs=list(asked.stop) or None,
        reasoning_effort=level,
        reasoning_tokens=asked.effort if isinstance(asked.effort, int) else None,
    )


def _usage(output: ModelOutput) -> Usage:
    used = output.usage
    if used is None:
        return Usage(calls=1, unmetered=1)
    cached = used.input_tokens_cache_read or 0
    return Usage(
        calls=1,
        input_tokens=used.input_tokens + cached + (used.input_tokens_cache_write or 0),  # it counts them apart
        cached_tokens=cached,
        output_tokens=used.output_tokens,
        reasoning_tokens=used.reasoning_tokens or 0,
    )
