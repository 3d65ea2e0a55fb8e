"""Proposals: a reworded part, or other examples, kept with its parent, mended, linted, or refused with the reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from promptkit.bench.benchmark import Benchmark
from promptkit.bench.checking import check_benchmark
from promptkit.errors import TemplateError
from promptkit.optimizing.candidates import Candidate, Candidates, folder_of, write_files, write_refused
from promptkit.optimizing.choosing import exchanged
from promptkit.optimizing.editable import EXAMPLES
from promptkit.optimizing.mending import mended
from promptkit.optimizing.plan import Plan
from promptkit.optimizing.reflecting import proposed_wording
from promptkit.optimizing.requests import Requests
from promptkit.tasks import Item
from promptkit.wording.templates import Templates


class Proposals:
    """The candidates of a search, from their proposal on.

    Args:
        plan: whose strategy is changed.
        candidates: where they are kept, and `directory` where their files are.
        requests: what the search has sent.
        changed: called when there is a candidate more, or one is known better.
    """

    def __init__(
        self, plan: Plan, candidates: Candidates, directory: Path, requests: Requests, changed: Callable[[], None]
    ) -> None:
        self._plan, self._candidates, self._directory = plan, candidates, directory
        self._requests, self._changed = requests, changed
        self._exchanges = 0
        self._templates: dict[int, Templates] = {}

    def original(self) -> None:
        """Keep the strategy as it is."""
        self._keep(Candidate(0, None, self._plan.versions.original, fate="original"))

    def exchange(self, parent: Candidate) -> Candidate:
        """The parent with another example in the place of one."""
        self._exchanges += 1
        seed = f"{self._plan.benchmark.settings.seed}/{self._exchanges}"
        text = exchanged(parent.texts[EXAMPLES], pool=len(self._plan.splits.pool), seed=seed)
        return self._proposal(parent, EXAMPLES, text, ())

    def reworded(self, parent: Candidate, name: str, reply: str) -> Candidate:
        """What the reply of the reflection model makes of a part of the parent."""
        proposed = proposed_wording(reply)
        if proposed is None:
            return self._refused(parent, name, reply.strip(), "the reply has nothing between <wording> and </wording>")
        found = mended(proposed, self._plan.versions.original[name])
        if found.reason:
            return self._refused(parent, name, proposed, found.reason)
        return self._proposal(parent, name, found.text, found.notes)

    def update(self, number: int, **changes: object) -> None:
        """Keep what became of one."""
        self._candidates.update(number, requests=self._requests.count, **changes)
        self._write(number)

    def benchmark(self, candidate: Candidate, items: tuple[Item, ...]) -> Benchmark:
        """The strategy in the texts of a candidate, on some items."""
        versions, number = self._plan.versions, candidate.number
        if number == 0:
            return self._plan.on(items, versions.spec)
        if number not in self._templates:  # read once: a candidate is asked many times
            self._templates[number] = versions.templates_in(folder_of(self._directory, number), candidate.texts)
        return self._plan.on(items, versions.new_spec, templates=self._templates[number])

    def _proposal(self, parent: Candidate, name: str, text: str, notes: tuple[str, ...]) -> Candidate:
        """A candidate with this text, kept and linted."""
        texts = {**parent.texts, name: text}
        if same := self._candidates.find(texts):
            return self._refused(parent, name, text, f"it is the same as candidate {same.number}")
        number = len(self._candidates.all)
        made = Candidate(number, parent.number, texts, name, notes=notes, requests=self._requests.count)
        self._keep(made)
        try:
            check_benchmark(self.benchmark(made, self._plan.splits.train[:1]))
        except TemplateError as error:
            return self._candidates.update(number, fate="rejected", notes=(*notes, str(error)))
        return made

    def _refused(self, parent: Candidate, name: str, text: str, reason: str) -> Candidate:
        number, texts = len(self._candidates.all), {**parent.texts, name: text}
        made = Candidate(number, parent.number, texts, name, "rejected", (reason,), requests=self._requests.count)
        write_refused(folder_of(self._directory, number), made, text)
        self._candidates.keep(made)
        self._changed()
        return made

    def _keep(self, made: Candidate) -> None:
        self._candidates.keep(made)
        self._write(made.number)

    def _write(self, number: int) -> None:
        made = self._candidates.all[number]
        write_files(folder_of(self._directory, number), self._plan.versions.files(made.texts), made.about())
        self._changed()
