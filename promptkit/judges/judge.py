"""A judge: a model that grades replies by a rubric."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from promptkit.answers.reply import visible_text
from promptkit.answers.targets import shown_target
from promptkit.backend import Backend, Model
from promptkit.errors import NotGraded, UsageError
from promptkit.grading.graders import Score
from promptkit.tasks import Item
from promptkit.types import MOST_TOKENS, Completion, Prompt
from promptkit.wording.templates import Templates

FOLDER = "judge"
MOST = 100  # the highest score that is asked for
_SCORE = re.compile(r"(?:score|分數)\s*[:：]\s*(\d{1,3})(?:\s*/\s*(\d{1,3}))?", re.IGNORECASE)
_MARKUP = "*_`# \t.。"


@dataclass(frozen=True, kw_only=True)
class Judge:
    """A grader that asks a model, for `compare(…, grader=Judge(…))` and `--grader 'judge(model=…,rubric=…)'`.

    Zheng et al. 2023, "Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena", arXiv:2306.05685: single-answer
    grading, with the right answer shown where the item has one. We differ in the wording, and in that a judgement whose
    last line is not a score is an error of the grader, never a guess. The reply stands between marks that it can't
    guess, and is cut nowhere.

    A judge errs, and prefers some replies to others for the wrong reasons: label some replies (`promptkit label`) to
    see how far it can be trusted, and to correct for it.

    Calls: 1 of `model` for each reply, sampled as the model does by itself. In a run its calls are recorded like all
    others, and what they cost is reported apart from the strategies.

    Attributes:
        model: who judges; a name is loaded by the run.
        rubric: what counts, in words.
        highest: the score of a reply that fulfils the rubric in full; scores are divided by it.
        target: whether the judge is shown the item's target.
        max_tokens: the longest judgement, by default the model's own limit; one that is cut off has no score.
        templates: where the wording comes from; `wording` names a variant, such as zh-Hant.

    Raises:
        UsageError: no rubric, a highest score outside 1 to 100, or no room for a judgement.
        TemplateError: a wording that is not there.
    """

    model: Backend | str
    rubric: str
    highest: int = 1
    target: bool = True
    max_tokens: int | None = None
    wording: str = ""
    templates: Templates = dataclasses.field(default=Templates(), repr=False)

    def __post_init__(self) -> None:
        if not self.rubric.strip():
            raise UsageError("a judge needs a `rubric`: what counts, in words")
        if not 1 <= self.highest <= MOST:
            raise UsageError(f"highest={self.highest}: give a score from 1 to {MOST}")
        if self.max_tokens is not None and not 1 <= self.max_tokens <= MOST_TOKENS:
            taken = f"a judgement takes 1 or more, at most {MOST_TOKENS:,}"
            raise UsageError(f"max_tokens={self.max_tokens}: {taken}; leave it out for no limit")
        if self.wording:
            self.worded().require_variant(FOLDER)

    @property
    def name(self) -> str:
        """What its scores are called: the model, and letters that tell one judge of it from another."""
        model = self.model if isinstance(self.model, str) else getattr(self.model, "name", "a strategy")
        told = (self.rubric, str(self.highest), str(self.target), self.wording)
        return f"judge {model} {mark_of(*told)[:4]}"

    def asking(self, load: Callable[[str], Backend], guard: Callable[[Model], Model] = lambda model: model) -> Judge:
        """The same judge on the model that `load` finds by its name, or on what `guard` makes of the one it has."""
        asked = load(self.model) if isinstance(self.model, str) else self.model
        if asked is self.model and isinstance(asked, Model):
            asked = guard(asked)
        return dataclasses.replace(self, model=asked)

    def prompt(self, reply: str, item: Item) -> Prompt:
        """What the judge is asked about a reply."""
        text = self.worded().text(
            f"{FOLDER}/grade",
            rubric=self.rubric.strip(),
            question=item.question,
            target=shown_target(item.target) if self.target else "",
            reply=reply,
            highest=self.highest,
            mark=mark_of(item.question, reply),
        )
        return self.asked(text)

    async def __call__(self, reply: str, item: Item) -> Score:
        """The score of a reply, with the judgement as its reason.

        Raises:
            NotGraded: the last line of the judgement is not a score.
        """
        judgement = await self.ask(self.prompt(reply, item))
        score = read_score(judgement.text, self.highest)
        if score is None:
            raise NotGraded(f"the last line of the judgement is not a score: {last_line(judgement.text)!r:.80}")
        reason = visible_text(judgement.text).strip()
        return Score(score / self.highest, reason, usage=judgement.usage, by=judgement.by)

    def asked(self, text: str) -> Prompt:
        """The prompt of this text."""
        return Prompt.of(text, max_tokens=self.max_tokens)

    async def ask(self, prompt: Prompt) -> Completion:
        """What the model says.

        Raises:
            UsageError: the model is a name yet.
        """
        if isinstance(self.model, str):
            raise UsageError(f"the judge's model {self.model} is loaded by a run; give a model here")
        return await self.model.complete(prompt)

    def worded(self) -> Templates:
        """The templates in the judge's wording."""
        return self.templates.worded(self.wording)


def mark_of(*texts: str) -> str:
    """Letters that belong to these texts, and that stand in none of them but by intent beyond reason."""
    return hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()[:8]


def last_line(judgement: str) -> str:
    """The last line of a judgement that has text, without its markup."""
    lines = [line.strip(_MARKUP) for line in visible_text(judgement).splitlines()]
    return next((line for line in reversed(lines) if line), "")


def read_score(judgement: str, highest: int) -> int | None:
    """The score in the last line of a judgement; `None` where that is anything else."""
    found = _SCORE.fullmatch(last_line(judgement))
    if found is None or int(found[1]) > highest or (found[2] and int(found[2]) != highest):
        return None
    return int(found[1])
