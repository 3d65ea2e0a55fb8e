"""Answers as values: replies that follow a JSON schema, read and checked, and mended where they are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import PydanticUserError, TypeAdapter, ValidationError

from promptkit.answers import AnswerType
from promptkit.arguments import require_type
from promptkit.errors import AnswerNotFound, InvalidRequest, PromptTooLong, UnknownModel, UsageError
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt, schema_text

_JSON = AnswerType("json")
_SHOWN = 3  # faults of a reply
REFUSED = "asked for the form in words: the model refused the schema"


@dataclass(frozen=True)
class Structured(Strategy):
    """Answer with a value of the type `form`, such as a pydantic model: it is the completion's `value`.

    A model that can be held to a schema is sent it (`Prompt.schema`); another one is asked in words. In both cases the
    reply is read as JSON, from the end of what it wrote, and checked. One that is wrong is shown to the model with its
    faults, to be mended. Side calls of the strategies inside, such as a critique or a plan, never see the schema.

    A request with a schema that is refused is made once more, in words; the completion's `fallbacks` reports it.

    Calls: 1 of the wrapped backend, and at most `repairs` more; 1 more that is refused, and not paid for, by a model
    that takes no schema and is not known for it.

    Attributes:
        form: any type that pydantic can check.
        repairs: how often a wrong reply is given back.
        in_words: whether the model is asked in words; `None`: where it can't be held to a schema.

    Raises:
        AnswerNotFound: the last reply was still wrong. Carries all of them.
        UsageError: `repairs` is negative, or `form` has no JSON schema.
    """

    form: Any
    repairs: int = 2
    in_words: bool | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        require_type("repairs", self.repairs, "a whole number")
        if self.repairs < 0:
            raise UsageError(f"repairs={self.repairs}: give 0 or more")
        try:
            self._schema()
        except PydanticUserError as error:
            fact = f"{self.form!r} has no JSON schema: {error}"
            raise UsageError(f"{fact}; give a type that pydantic can check") from None

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask for the value, and have it mended."""
        adapter, in_words = TypeAdapter[Any](self.form), self.in_words
        if in_words is None:
            in_words = not getattr(self.base, "has_schema", False)
        asked = self._worded(prompt) if in_words else prompt.with_schema(self._schema())
        fallbacks: tuple[str, ...] = ()
        for repair in range(self.repairs + 1):
            step = f"repair {repair}" if repair else "answer"
            try:
                reply = await ask(asked, step=step)
            except InvalidRequest as refusal:
                if asked.schema is None or repair or not self._may_ask_in_words(refusal):
                    raise
                asked, fallbacks = self._worded(prompt), (REFUSED,)
                reply = await ask(asked, step=step)
            value, fault = _read(adapter, reply)
            if not fault:
                note = f"mended {repair} times" if repair else ""
                found = {"value": value, "note": note or reply.note, "fallbacks": (*fallbacks, *reply.fallbacks)}
                return reply.model_copy(update=found)
            asked = asked.then(reply.text or "(nothing)", self.templates.text("structured/repair", error=fault))
        raise AnswerNotFound(f"no reply of {self.repairs + 1} follows the schema: {fault}; raise repairs or max_tokens")

    def _may_ask_in_words(self, refusal: InvalidRequest) -> bool:
        """Whether it may be the schema that was refused, and the choice was left to us."""
        return self.in_words is None and not isinstance(refusal, (UnknownModel, PromptTooLong))

    def _worded(self, prompt: Prompt) -> Prompt:
        text = self.templates.text("structured/instruct", question=prompt.question, schema=self._schema())
        return prompt.with_question(text)

    def _schema(self) -> str:
        return str(schema_text(TypeAdapter[Any](self.form).json_schema()))


def _read(adapter: TypeAdapter[Any], reply: Completion) -> tuple[Any, str]:
    """The value of a reply, or what is wrong with it."""
    found = _JSON.find(reply.text)
    if found is None:
        return None, "it has no JSON" + (", or was cut off" if reply.finish_reason == "length" else "")
    try:
        return adapter.validate_json(found.text), ""
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        told = [f"{'.'.join(map(str, fault['loc'])) or 'the value'}: {fault['msg']}" for fault in faults[:_SHOWN]]
        return None, "; ".join(told)
