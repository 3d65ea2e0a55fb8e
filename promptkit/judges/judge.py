"""A judge: a model that grades replies by a rubric."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from promptkit.answers.prose.reply import visible_text
from promptkit.answers.targets import shown_target
from promptkit.errors import NotGraded, UsageError
from promptkit.grading.graders import Score
from promptkit.judges.asks_model import FOLDER, AsksModel, last_line, mark_of
from promptkit.tasks import Item
from promptkit.types import Prompt

MOST = 100  # the highest score that is asked for
_SCORE = re.compile(r"(?:score|分數)\s*[:：]\s*(\d{1,3})(?:\s*/\s*(\d{1,3}))?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Judge(AsksModel):
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

    kind: ClassVar[str] = "judge"

    rubric: str
    highest: int = 1
    target: bool = True

    def __post_init__(self) -> None:
        if not self.rubric.strip():
            raise UsageError("a judge needs a `rubric`: what counts, in words")
        if not 1 <= self.highest <= MOST:
            raise UsageError(f"highest={self.highest}: give a score from 1 to {MOST}")
        super().__post_init__()

    @property
    def name(self) -> str:
        """What its scores are called: the model, and letters that tell one judge of it from another."""
        told = (self.rubric, str(self.highest), str(self.target), self.wording)
        return f"judge {self.model_name} {mark_of(*told)[:4]}"

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


def read_score(judgement: str, highest: int) -> int | None:
    """The score in the last line of a judgement; `None` where that is anything else."""
    found = _SCORE.fullmatch(last_line(judgement))
    if found is None or int(found[1]) > highest or (found[2] and int(found[2]) != highest):
        return None
    return int(found[1])
