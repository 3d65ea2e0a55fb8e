"""A technique out of a template file: what it makes of the question is asked instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from promptkit.answers import AnswerType
from promptkit.backend import Backend
from promptkit.did_you_mean import did_you_mean
from promptkit.errors import UsageError
from promptkit.leaks import leaking, refuse_leaks
from promptkit.lint.gate import require_sound
from promptkit.strategies.few_shot import ASKED, note_of
from promptkit.strategy import Ask, PromptStrategy
from promptkit.task_context import TaskContext
from promptkit.types import Completion, Example, Message, Prompt

_OWN = frozenset({"template", "examples", "answer"})  # options; any other is a value of the template's
_SHOWN_AS = {"examples": {"examples"}, "answer": {"kind", "labels"}}  # inputs of a template that shows these options


def offered(prompt: Prompt, *, examples: Iterable[Example] = (), answer: AnswerType | None = None) -> dict[str, Any]:
    """The inputs that a template may declare and gets without being given them.

    `question` is the text of the last user turn, `form` its line that states the form of the answer, empty without one,
    and `bare_question` the question without that line. `examples` are objects with `question`, `answer` and `reasoning`
    (empty without one), `kind` and `labels` are how answers are read; these are there only where the task has some.
    """
    shown = [{"question": e.question, "answer": e.answer, "reasoning": e.reasoning or ""} for e in examples]
    known: dict[str, Any] = {"question": prompt.question, "form": prompt.form}
    known["bare_question"] = prompt.without_form().question
    known |= {"examples": shown} if shown else {}
    known |= {"kind": answer.kind} if answer else {}
    return known | ({"labels": list(answer.labels)} if answer and answer.labels else {})


@dataclass(frozen=True, kw_only=True)
class Wrap(PromptStrategy):
    """Ask what a template makes of the question: a technique without a line of Python.

    The template's last user message takes the place of the question; its system messages and earlier turns go before
    the conversation, behind system turns that the prompt already has; an assistant message at its end begins the
    reply. A template without a user message leaves the question as it is, and adds to it.

    It gets what it declares of `question`, `bare_question`, `form`, `examples`, `kind`, `labels` and the instructions
    that a task states (`task`, `rules`, `audience`, `language`, `output_format`), and `values`. On the command line it
    is `wrap(template=support/reply)`, other options being values: `wrap(template=support/reply,tone=formal)`. Shipped
    templates of techniques that are a wording alone have names there (`promptkit.strategies.NAMED`): `repeat` is
    `wrap(template=wrap/repeat)`.

    Calls: 1 of the wrapped backend.

    Attributes:
        template: its name, such as `support/reply`, in `templates`.
        values: inputs of the template beside those that the task offers, or instead of them.
        examples: worked examples, for a template that shows them. One that asks the very question is left out.
        answer: how answers are read, for a template that states it.

    Raises:
        TemplateError: no such template, or one that can't be read.
        UsageError: it needs an input that nobody gives, or a value is no input of it; in a benchmark, an example asks
            the very question that is to be answered.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)
    examples: tuple[Example, ...] = ()
    answer: AnswerType | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.templates.require_variant(self.template)
        require_sound(self.templates, names=(self.template,))
        takes = self._takes()
        for name in self.values:
            if name not in takes:
                has = did_you_mean(name, takes, f"it has {', '.join(takes) or 'none'}")
                raise UsageError(f"the template {self.template} has no input {name!r}; {has}")
        given = {*self._offered(Prompt.of("?"), self.examples), *self.values}
        if missing := [name for name, required in takes.items() if required and name not in given]:
            way_out = f"give a value, as in wrap(template={self.template},{missing[0]}=…)"
            raise UsageError(
                f"the template {self.template} needs {', '.join(missing)}, which nothing offers; {way_out}"
            )

    @property
    def template_folder(self) -> str:
        """The folder that its template is in."""
        return self.template.rpartition("/")[0]

    def _template_folders(self) -> tuple[str, ...]:
        return ()  # it uses one template, wherever that is

    @classmethod
    def from_task(cls, backend: Backend, options: Mapping[str, object], context: TaskContext) -> Self:
        """The template with what the task offers and it shows; options that are not its own are values."""
        own = {name: value for name, value in options.items() if name in _OWN}
        values = {name: value for name, value in options.items() if name not in own}
        if "template" not in own:
            raise UsageError("it needs a template; write wrap(template=NAME)")
        takes = context.templates.header(str(own["template"])).inputs
        stated = {name: value for name, value in context.instructions.items() if name in takes}
        given = context.arguments(cls, own)
        for name, inputs in _SHOWN_AS.items():
            if takes and name not in own and not inputs & takes.keys():
                given.pop(name, None)
        return cls(backend, **{**given, "values": {**stated, **values}})

    def rewrite(self, prompt: Prompt) -> Prompt:
        """The conversation with the template's messages, the last user message in place of the question."""
        left_out = self._left_out(prompt)
        examples = tuple(example for number, example in enumerate(self.examples) if number not in left_out)
        values = self._offered(prompt, examples) | dict(self.values)
        takes = self._takes()
        if "examples" in takes and self.examples:
            values.setdefault("examples", [])
        messages = self.templates.render(self.template, **{name: values[name] for name in takes if name in values})
        if "question" not in takes and any(message.role == "user" for message in messages):
            raise UsageError(f"the template {self.template} never shows the question; write {{{{ question }}}} in it")
        return _placed(prompt, messages)

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask once, with the rewritten prompt, and report examples that were left out."""
        left_out = self._left_out(prompt)
        refuse_leaks(self.examples, left_out)
        answer = await super().solve(prompt, ask)
        if not left_out:
            return answer
        return answer.model_copy(update={"note": note_of(left_out), "fallbacks": (ASKED,)})

    def _left_out(self, prompt: Prompt) -> tuple[int, ...]:
        """The examples that ask the very question, of a template that shows examples."""
        return leaking(self.examples, prompt.question) if "examples" in self._takes() else ()

    def _takes(self) -> dict[str, bool]:
        """The inputs of the template, and whether each has to be given."""
        inputs = self.templates.header(self.template).inputs
        if inputs:
            return {name: declared.required for name, declared in inputs.items()}
        return dict.fromkeys(sorted(self.templates.variables(self.template)[0] or ()), True)

    def _offered(self, prompt: Prompt, examples: tuple[Example, ...]) -> dict[str, Any]:
        return offered(prompt, examples=examples, answer=self.answer)


def _placed(prompt: Prompt, messages: tuple[Message, ...]) -> Prompt:
    """The prompt with the messages of a template."""
    begins = bool(messages) and messages[-1].role == "assistant"
    turns = messages[:-1] if begins else messages
    if turns and turns[-1].role == "user":
        placed = prompt.with_question(turns[-1].text).with_context(*turns[:-1])
    else:
        placed = prompt.with_context(*turns)
    return placed.begun(messages[-1].text) if begins else placed
