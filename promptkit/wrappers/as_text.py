"""Conversations as text, for models that only continue text."""

from __future__ import annotations

import functools

from promptkit.backend import Model
from promptkit.errors import InvalidRequest, TemplateError
from promptkit.lint.gate import require_sound
from promptkit.streaming import emit, muted
from promptkit.types import Completion, Message, Prompt
from promptkit.wording.templates import Templates
from promptkit.wrappers.wrapper import Wrapper

_HERE = "\u2039here\u203a"


class AsText(Wrapper):
    r"""A base model, asked as if it took conversations: each is written as one text that ends with `A:`.

    Brown et al. 2020, "Language Models are Few-Shot Learners", arXiv:2005.14165: examples are earlier lines of the
    text. A base model answers and then continues with questions of its own; so the prompt's `stop` gets what
    the template writes between a reply and the next question, `\nQ:`.

    Every strategy works around it. The reply's `prompt` is the text that was sent. A question that spells `Q:`
    looks like two: plain text has no sign that only the template can write.

    Args:
        backend: the base model.
        template: how the turns are written; by default as the model has it (`GGUF(…, as_text="question_answer")` is
            `as_text/question_answer`, which writes `Question:` and `Answer:`), else `as_text/conversation`.
        templates: where the templates come from.
    """

    def __init__(self, backend: Model, *, template: str | None = None, templates: Templates | None = None) -> None:
        super().__init__(backend)
        self.template = template or f"as_text/{getattr(backend, 'as_text', None) or 'conversation'}"
        self.templates = templates or Templates()
        require_sound(self.templates, names=(self.template,))

    @functools.cached_property
    def endpoint(self) -> str:
        """The wrapped model's, and the wording: for the same prompt the model alone would be asked something else."""
        return f"{self.backend.endpoint}#as-text={self.templates.digest(self.template)}"

    @property
    def chat(self) -> bool:
        """It takes conversations, whatever it wraps."""
        return True

    def check(self, prompt: Prompt) -> None:
        """As the wrapped model has it; and a text has no images.

        Raises:
            InvalidRequest: it has some.
        """
        if prompt.images:
            raise InvalidRequest(
                f"{self.name} is asked by one text, which has no images; leave them out", model=self.name
            )
        super().check(prompt)

    async def answer(self, prompt: Prompt) -> Completion:
        """Ask for the text's continuation, without the white space around it.

        Raises:
            InvalidRequest: it has images.
        """
        if prompt.images:
            self.check(prompt)
        text = Message(role="user", content=self._written(prompt))
        asked = prompt.with_messages(text).with_stop(*prompt.stop, self._next_question)
        with muted():
            reply = await self.backend.complete(asked)
        return emit(reply.model_copy(update={"text": reply.text.strip()}))

    @functools.cached_property
    def _next_question(self) -> str:
        turns = (Message(role="assistant", content=_HERE), Message(role="user", content=_HERE))
        between = self._text(*turns).split(_HERE)[1].rstrip()
        if not between:
            fact = "writes nothing before a question, so no reply would end there"
            raise TemplateError(f"template {self.template} {fact}")
        return between

    def _written(self, prompt: Prompt) -> str:
        """The turns as one text. A reply that the prompt has begun stands after the last cue, to be continued."""
        *turns, last = prompt.messages
        if turns and last.role == "assistant":
            return f"{self._text(*turns)} {last.text}"
        return self._text(*prompt.messages)

    def _text(self, *messages: Message) -> str:
        return self.templates.text(self.template, messages=[m.model_dump() for m in messages])
