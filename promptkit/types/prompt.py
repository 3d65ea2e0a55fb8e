"""What is asked: a conversation, and how its reply is sampled."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, TypeAdapter

from promptkit.image import Image
from promptkit.types.message import Content, Message
from promptkit.types.value import Value

Level = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
MOST_TOKENS = 2**31 - 1  # that may be asked for: what every engine and file can hold
Effort = Level | Annotated[int, Field(gt=0, le=MOST_TOKENS)]  # how much to reason: a level, or at most so many tokens

DRAWS_PER_REPLICATE = 2**32  # draws from r * DRAWS_PER_REPLICATE on belong to the r-th repetition of an experiment
ASIDE_TOKENS = 1024  # enough for a critique or a plan, where the answer alone is limited to fewer


def schema_text(schema: object) -> object:
    """A JSON schema as compact JSON, of an object of JSON, its text, or a type such as a pydantic model.

    The order of its keys is kept: models write the fields of an object in the order of its properties.

    Raises:
        ValueError: it is none of these, or the text is no JSON object.
    """
    if isinstance(schema, str):
        schema = json.loads(schema)
    elif isinstance(schema, type):
        schema = TypeAdapter(schema).json_schema()
    if schema is None:
        return None
    if not isinstance(schema, Mapping):
        raise ValueError("a schema is an object such as {'type': 'object', …}, or a type such as a pydantic model")
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":"))


with warnings.catch_warnings():
    warnings.simplefilter("ignore", UserWarning)  # the name hides a method of pydantic, deprecated since its version 2

    class _WithSchema(Value):
        schema: Annotated[str | None, BeforeValidator(schema_text)] = Field(  # type: ignore[assignment]
            default=None, exclude_if=lambda schema: schema is None
        )


class Prompt(_WithSchema):
    """A conversation ending in what we ask, and how to sample the reply.

    Attributes:
        messages: the turns, oldest first.
        temperature: sampling temperature; `None` is the provider's default and is not sent.
        max_tokens: the longest reply, in tokens; `None` is the provider's default and is not sent.
        stop: texts before which the reply ends; it contains none of them.
        logprobs: how many of the likeliest tokens to report at each place of the reply (`Completion.tokens`); 0
            reports only the reply's own token, `None` reports nothing.
        effort: how much a reasoning model thinks before it answers: a level, as far as the model has it, or the most
            tokens of reasoning; "none" is no reasoning. `None` is the model's default and is not sent.
        schema: a JSON schema that the reply follows, as JSON text; it may be given as an object or a pydantic model.
            A backend that can't hold the model to it refuses it; `Structured` asks such a one in words instead.
        form: the line of the last user turn that states the form of the answer, such as "Answer with a number."; empty
            where it is not known. It is sent as a part of that turn alone: this tells strategies which part it is.
        draw: which independent draw this is, from 0. It is never sent, but it is part of every cache key: draws 0 and
            1 are two calls, and draw 0 asked for again comes from the cache.
        repeat: how many times the same call was made before in one solve of a strategy, which sets it: the second
            critique of an unchanged draft is a call of its own. Never sent, and part of the key, as the draw is.
    """

    messages: tuple[Message, ...] = Field(min_length=1)
    temperature: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    max_tokens: int | None = Field(default=None, gt=0, le=MOST_TOKENS)
    stop: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    logprobs: int | None = Field(default=None, ge=0, le=20)
    effort: Effort | None = Field(default=None, exclude_if=lambda effort: effort is None)
    form: str = Field(default="", exclude_if=lambda form: not form)
    draw: int = Field(default=0, ge=0)
    repeat: int = Field(default=0, ge=0, exclude_if=lambda repeat: repeat == 0)  # left out, as in older records

    @classmethod
    def of(
        cls,
        question: str,
        *,
        system: str | None = None,
        temperature: float | None = None,
        max_tokens: int | None = None,
        stop: tuple[str, ...] = (),
        logprobs: int | None = None,
        effort: Effort | None = None,
        schema: Mapping[str, Any] | type | str | None = None,
        images: Sequence[Image] = (),
    ) -> Self:
        """A prompt of one user turn, after `system` when given; `images` stand before the question."""
        context = () if system is None else (Message(role="system", content=system),)
        content: Content = (*images, question) if images else question
        return cls(
            messages=(*context, Message(role="user", content=content)),
            temperature=temperature,
            max_tokens=max_tokens,
            stop=stop,
            logprobs=logprobs,
            effort=effort,
            schema=schema,  # type: ignore[arg-type]  # made a text
        )

    @classmethod
    def parse(cls, prompt: Self | str) -> Self:
        """`prompt` itself, or a prompt of one user turn when it is a text.

        Raises:
            TypeError: it is neither.
        """
        if isinstance(prompt, cls):
            return prompt
        if isinstance(prompt, str):
            return cls.of(prompt)
        raise TypeError(f"a prompt is a text or a Prompt, got {type(prompt).__name__}; build one with Prompt.of(...)")

    @property
    def question(self) -> str:
        """The text of the last user turn, without images, or `""` when there is none."""
        return next((m.text for m in reversed(self.messages) if m.role == "user"), "")

    @property
    def images(self) -> tuple[Image, ...]:
        """The images of all turns."""
        return tuple(image for m in self.messages if type(m.content) is tuple for image in m.images)

    def with_question(self, text: str) -> Self:
        """The same conversation with `text` as its last user turn (added when there is none); images stay there."""
        for i in range(len(self.messages) - 1, -1, -1):
            if self.messages[i].role == "user":
                return self.with_messages(*self.messages[:i], self.messages[i].with_text(text), *self.messages[i + 1 :])
        return self.with_messages(*self.messages, Message(role="user", content=text))

    def with_context(self, *turns: Message) -> Self:
        """The same conversation with `turns` (system text, worked examples) inserted after its system turns."""
        start = next((i for i, m in enumerate(self.messages) if m.role != "system"), len(self.messages))
        return self.with_messages(*self.messages[:start], *turns, *self.messages[start:])

    def then(self, reply: str, follow_up: str) -> Self:
        """The conversation continued: the model answered `reply`, and `follow_up` is asked next."""
        asked, begun = self._apart()
        answered = Message(role="assistant", content=" ".join([*begun, reply]))
        return self.with_messages(*asked, answered, Message(role="user", content=follow_up))

    def begun(self, text: str) -> Self:
        """The same prompt, whose reply is begun with `text`: an assistant turn, to be continued.

        For models that continue it, such as `AsText` around a base model; what they reply is the rest.
        """
        return self.with_messages(*self.messages, Message(role="assistant", content=text))

    def with_draw(self, draw: int) -> Self:
        """The same prompt, as its `draw`-th independent draw."""
        return self.model_copy(update={"draw": draw})

    def split_draw(self, part: int, parts: int) -> Self:
        """The same prompt, as the `part`-th of the `parts` draws that this draw is split into.

        Different draws split into different draws, so nested votes repeat none. The first part of draw 0 is draw 0, so
        that a vote shares it with a single draw. Replicates never meet: each has `DRAWS_PER_REPLICATE` of its own.
        """
        replicate, draw = divmod(self.draw, DRAWS_PER_REPLICATE)
        return self.with_draw(replicate * DRAWS_PER_REPLICATE + draw * parts + part)

    def with_temperature(self, temperature: float | None) -> Self:
        """The same prompt, sampled at `temperature`."""
        return self.model_copy(update={"temperature": temperature})

    def with_effort(self, effort: Effort | None) -> Self:
        """The same prompt, thought about so much."""
        return self.model_copy(update={"effort": effort})

    def with_schema(self, schema: Mapping[str, Any] | type | str | None) -> Self:
        """The same prompt, whose reply follows this JSON schema, or none."""
        return self.model_copy(update={"schema": schema_text(schema)})

    def with_stop(self, *texts: str) -> Self:
        """The same prompt, whose reply ends before any of `texts`."""
        return self.model_copy(update={"stop": texts})

    def with_form(self, form: str) -> Self:
        """The same prompt, whose last user turn asks for this form of the answer in a line at its end, once."""
        asked = self.model_copy(update={"form": form})
        there = not form or asked.without_form().question != self.question
        return asked if there else asked.with_question(f"{self.question}\n{form}")

    def without_form(self) -> Self:
        """The same prompt without the line that states the form of the answer, wherever it stands in the question."""
        line = self.form and re.escape(f"\n{self.form}")
        asked = self.with_question(re.sub(rf"{line}(?=\n|\Z)", "", self.question)) if line else self
        return asked.model_copy(update={"form": ""})

    def aside(self) -> Self:
        """The same conversation, asked for something other than its answer: a critique, a plan, a sub-answer, a pick.

        What shapes the answer is dropped: `stop`, `logprobs`, `schema`, and `form`, whose line stays in the text. Where
        `max_tokens` is set, it becomes at least `ASIDE_TOKENS`: a limit of 5 tokens for "yes" or "no" would cut off the
        critique, and without a limit no budget in money could be kept. What says how the model is sampled, and which
        call it is, stays: `temperature`, `effort`, `draw` and `repeat`. A revision and a combination are the answer,
        and keep everything. The beginning of the answer (`begun`) is dropped as well.
        """
        asked, _ = self._apart()
        longest = None if self.max_tokens is None else max(self.max_tokens, ASIDE_TOKENS)
        answers = {"stop": (), "logprobs": None, "schema": None, "form": ""}
        return self.model_copy(update={"messages": asked, "max_tokens": longest, **answers})

    def _apart(self) -> tuple[tuple[Message, ...], tuple[str, ...]]:
        """The turns, and apart from them how the reply is begun, if it is."""
        if len(self.messages) > 1 and self.messages[-1].role == "assistant":
            return self.messages[:-1], (self.messages[-1].text,)
        return self.messages, ()

    def with_messages(self, *messages: Message) -> Self:
        """The same sampling with other turns."""
        return self.model_copy(update={"messages": messages})
