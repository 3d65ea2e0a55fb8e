"""What the page can do: read and keep templates, show what they make, and ask models with them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from promptkit.errors import PromptkitError
from promptkit.studio.asking import Question, asked, estimate
from promptkit.studio.cases import Shown, Tasks, asked_in, shown, strategies_of
from promptkit.studio.differences import as_text, difference
from promptkit.studio.drafts import Drafts
from promptkit.studio.marks import Mark, mark_of, marks
from promptkit.studio.models import Models
from promptkit.studio.requests import SAVED, SHIPPED, Asking, Keeping, Pair, Reading, Wording
from promptkit.studio.workplace import Workplace
from promptkit.token_counts import approximate_tokens
from promptkit.wording.templates import Templates
from promptkit.wording.variants import base_and_variant

EDITED = "edited"  # the text as it is typed


class Desk:
    """A workplace with tasks to try wordings on and models to ask.

    Args:
        workplace: where the templates are.
        tasks: to choose from.
        models: that may be asked.
        name: of the template that the page begins with.
    """

    def __init__(self, workplace: Workplace, tasks: Tasks, models: Models, *, name: str) -> None:
        self._workplace, self._tasks, self._models, self._name = workplace, tasks, models, name
        self._drafts = Drafts(workplace)

    async def aclose(self) -> None:
        """Remove drafts, and close models."""
        self._drafts.close()
        await self._models.aclose()

    def state(self) -> dict[str, Any]:
        """What the page begins with."""
        return {
            "folder": str(self._workplace.folder),
            "name": self._name,
            "task": self._tasks.named or "",
            "tasks": self._tasks.names(),
            "models": list(self._models.typed),
            "templates": [one.model_dump() for one in self._workplace.names()],
        }

    def read(self, asked: Reading) -> dict[str, Any]:
        """A template as it is on disk, and what its wording can be compared with."""
        source = self._workplace.read(asked.name)
        base, _ = base_and_variant(asked.name)
        folder = base.rpartition("/")[0]
        near = [one.name for one in self._workplace.names() if one.name.rpartition("/")[0] == folder]
        others = sorted((one for one in near if one != asked.name), key=lambda one: base_and_variant(one)[0] != base)
        return {
            **source.model_dump(),
            "strategies": strategies_of(self._workplace.templates(), asked.name),
            "against": [SAVED, *([SHIPPED] if source.shipped else []), *others],
        }

    def keep(self, asked: Keeping) -> dict[str, Any]:
        """Write a text to its file, unless somebody else has written there meanwhile."""
        return self._workplace.keep(asked.name, asked.text, digest=asked.digest).model_dump()

    def render(self, asked: Wording) -> dict[str, Any]:
        """The messages that a text makes in a case, and what is wrong with it."""
        templates = self._drafts.templates(asked.name, asked.text)
        task = self._tasks.get(asked.case.task) if asked.case.task else None
        found = marks(templates, asked.name, task)
        made, failed = self._shown(templates, asked)
        lines = {mark.line for mark in found if mark.severity == "error"}
        if failed is not None and failed.line is not None and failed.line not in lines:
            found = (*found, failed)
        found = tuple(m.model_copy(update={"message": self._drafts.as_kept(m.message)}) for m in found)
        row = task.items[asked.case.row] if task and asked.case.row < len(task.items) else None
        return {
            "marks": [mark.model_dump() for mark in found],
            "problem": self._drafts.as_kept(failed.message) if failed else "",
            "rows": len(task.items) if task else 0,
            "target": row.target if row else None,
            **_as_json(made),
        }

    def difference(self, asked: Pair) -> dict[str, Any]:
        """How a text differs from another wording, and the messages that both make in a case."""
        mine = self._drafts.templates(asked.name, asked.text)
        text = self._other(asked)
        theirs = self._drafts.templates(asked.name, text)
        (ours, failed), (other, failed_too) = self._shown(mine, asked), self._shown(theirs, asked)
        problem = failed or failed_too
        messages = difference(as_text(other.calls), as_text(ours.calls)) if ours and other else ()
        return {
            "text": [line.model_dump() for line in difference(text, asked.text)],
            "messages": [line.model_dump() for line in messages],
            "problem": problem.message if problem else "",
        }

    def estimate(self, wanted: Asking) -> dict[str, Any]:
        """What it would take to ask, before anything is sent."""
        return estimate(self._questions(wanted), wanted.model).model_dump()

    def ask(self, wanted: Asking) -> AsyncIterator[dict[str, Any]]:
        """Ask both wordings; events as they come."""
        return asked(tuple(self._questions(wanted)), wanted.model)

    def _questions(self, wanted: Asking) -> Iterator[Question]:
        model = self._models.get(wanted.model)
        other = self._other(wanted)
        sides = {EDITED: wanted.text} | ({"other": other} if other != wanted.text else {})
        for row in wanted.rows if wanted.case.task else (0,):
            case = wanted.case.model_copy(update={"row": row})
            for side, text in sides.items():
                templates = self._drafts.templates(wanted.name, text)
                with self._drafts.named_as_kept():
                    backend, prompt = asked_in(templates, wanted.name, case, self._tasks, model, self._models.get)
                limited = {"max_tokens": wanted.max_tokens, "temperature": wanted.temperature}
                prompt = prompt.model_copy(update=limited)
                yield Question(row, side, backend, prompt, self._tasks.item(case, "") if case.task else None)

    def _other(self, asked: Pair) -> str:
        """The text of the wording that a text is compared with."""
        if asked.against == SHIPPED:
            return Templates.shipped().read(asked.name)
        return self._workplace.read(asked.name if asked.against == SAVED else asked.against).text

    def _shown(self, templates: Templates, asked: Wording) -> tuple[Shown | None, Mark | None]:
        try:
            with self._drafts.named_as_kept():
                return shown(templates, asked.name, asked.case, self._tasks), None
        except PromptkitError as error:
            return None, mark_of(error, templates, asked.name)


def _as_json(made: Shown | None) -> dict[str, Any]:
    if made is None:
        return {"calls": None, "fields": None}
    calls = [
        {
            "step": call.step,
            "tokens": sum(approximate_tokens(message.text) for message in call.prompt.messages),
            "messages": [
                {"role": message.role, "content": message.shown, "tokens": approximate_tokens(message.text)}
                for message in call.prompt.messages
            ],
        }
        for call in made.calls
    ]
    return {"calls": calls, "fields": [one.model_dump() for one in made.fields]}
