"""What the page can do: read and keep templates, show what they make, and ask models with them."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from promptkit.bench.benchmark import Benchmark
from promptkit.bench.recording import new_directory
from promptkit.errors import PromptkitError, UsageError
from promptkit.previewing import PreviewedCall
from promptkit.studio.asking import Question, asked, estimate
from promptkit.studio.cases import Tasks, asked_in, calls, filled, strategies_of
from promptkit.studio.comparing import EDITED, FOLDER, Comparison, Wordings, estimated, planned
from promptkit.studio.differences import as_text, difference
from promptkit.studio.marks import Mark, mark_of, marks
from promptkit.studio.models import Models
from promptkit.studio.requests import SAVED, SHIPPED, Asking, Comparing, Keeping, Pair, Reading, Wording
from promptkit.studio.workplace import Workplace
from promptkit.sync import wait_for
from promptkit.token_counts import approximate_tokens
from promptkit.wording.templates import Templates
from promptkit.wording.variants import base_and_variant


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
        self._comparison: Comparison | None = None
        self._beginning = asyncio.Lock()

    async def aclose(self) -> None:
        """End a comparison, and close models."""
        if self._comparison is not None:
            await self._comparison.end()
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
        templates = self._workplace.with_text(asked.name, asked.text)
        task = self._tasks.get(asked.case.task) if asked.case.task else None
        found = marks(templates, asked.name, task)
        made, failed = self._calls(templates, asked)
        lines = {mark.line for mark in found if mark.severity == "error"}
        if failed is not None and failed.line is not None and failed.line not in lines:
            found = (*found, failed)
        row = task.items[asked.case.row] if task and asked.case.row < len(task.items) else None
        return {
            "marks": [mark.model_dump() for mark in found],
            "problem": failed.message if failed else "",
            "rows": len(task.items) if task else 0,
            "target": row.target if row else None,
            "fields": self._fields(templates, asked),
            "calls": None if made is None else [_as_json(call) for call in made],
        }

    def difference(self, asked: Pair) -> dict[str, Any]:
        """How a text differs from another wording, and the messages that both make in a case."""
        mine = self._workplace.with_text(asked.name, asked.text)
        text = self._other(asked)
        theirs = self._workplace.with_text(asked.name, text)
        (ours, failed), (other, failed_too) = self._calls(mine, asked), self._calls(theirs, asked)
        problem = failed or failed_too
        messages = () if ours is None or other is None else difference(as_text(other), as_text(ours))
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

    def forecast(self, wanted: Comparing) -> dict[str, Any]:
        """What it would take to compare, before anything is sent."""
        with tempfile.TemporaryDirectory() as folder:
            return wait_for(estimated(self._planned(wanted, Path(folder)))).model_dump()

    async def compare(self, wanted: Comparing) -> dict[str, Any]:
        """Begin a comparison, and return how far it is.

        Raises:
            UsageError: one is running, or this one can't be made.
        """
        async with self._beginning:
            if self._comparison is not None and self._comparison.running:
                raise UsageError("a comparison is running; stop it, or wait for its end")
            directory = new_directory()
            try:
                benchmark = await asyncio.to_thread(self._planned, wanted, directory / FOLDER)
            except PromptkitError:
                shutil.rmtree(directory, ignore_errors=True)
                raise
            self._comparison = Comparison(benchmark, directory)
            self._comparison.begin()
            return self._comparison.state()

    def comparison(self) -> dict[str, Any]:
        """How far the comparison is that was begun last; empty where there was none."""
        return {} if self._comparison is None else self._comparison.state()

    def stop(self) -> dict[str, Any]:
        """End the comparison that is running, when its calls in flight are answered."""
        if self._comparison is not None:
            self._comparison.stop()
        return self.comparison()

    def page(self, path: str) -> Path:
        """A file of the page of the comparison that has ended.

        Raises:
            UsageError: there is none.
        """
        if self._comparison is None:
            raise UsageError("nothing has been compared yet")
        return self._comparison.page(path)

    def _planned(self, wanted: Comparing, folder: Path) -> Benchmark:
        """The comparison that is wanted; its wordings are written into `folder` where it can be made."""
        templates = self._workplace.with_text(wanted.name, wanted.text)
        wordings = Wordings.of(wanted, self._other(wanted), templates, self._tasks)
        path = self._workplace.path()
        return planned(wordings, wanted, wordings.write(folder), path, self._tasks, self._models)

    def _questions(self, wanted: Asking) -> Iterator[Question]:
        model = self._models.get(wanted.model)
        other = self._other(wanted)
        sides = {EDITED: wanted.text} | ({"other": other} if other != wanted.text else {})
        for row in wanted.rows if wanted.case.task else (0,):
            case = wanted.case.model_copy(update={"row": row})
            for side, text in sides.items():
                templates = self._workplace.with_text(wanted.name, text)
                backend, prompt = asked_in(templates, wanted.name, case, self._tasks, model, self._models.get)
                limited = {"max_tokens": wanted.max_tokens, "temperature": wanted.temperature}
                prompt = prompt.model_copy(update=limited)
                yield Question(row, side, backend, prompt, self._tasks.item(case, "") if case.task else None)

    def _other(self, asked: Pair) -> str:
        """The text of the wording that a text is compared with."""
        if asked.against == SHIPPED:
            return Templates.shipped().read(asked.name)
        return self._workplace.read(asked.name if asked.against == SAVED else asked.against).text

    def _calls(self, templates: Templates, asked: Wording) -> tuple[tuple[PreviewedCall, ...] | None, Mark | None]:
        try:
            return calls(templates, asked.name, asked.case, self._tasks), None
        except PromptkitError as error:
            return None, mark_of(error, templates, asked.name)

    def _fields(self, templates: Templates, asked: Wording) -> list[dict[str, Any]] | None:
        """The inputs with their values, also where one of them is why there are no messages."""
        try:
            return [one.model_dump() for one in filled(templates, asked.name, asked.case, self._tasks)]
        except PromptkitError:
            return None


def _as_json(call: PreviewedCall) -> dict[str, Any]:
    messages = [
        {"role": message.role, "content": message.shown, "tokens": approximate_tokens(message.text)}
        for message in call.prompt.messages
    ]
    return {"step": call.step, "tokens": sum(one["tokens"] for one in messages), "messages": messages}
