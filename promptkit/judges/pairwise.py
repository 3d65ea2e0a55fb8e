"""Two replies beside each other: which one a judge prefers, asked in both orders."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Literal

from promptkit.answers.targets import shown_target
from promptkit.judges.asks_model import FOLDER, last_line, mark_of
from promptkit.judges.judge import Judge
from promptkit.tasks import Item
from promptkit.types import Prompt, Usage

Shown = Literal["first", "second", "tie"]
_BETTER = re.compile(r"(?:better|較好)\s*[:：]\s*(?:reply\s*)?(1|2|tie|平手)", re.IGNORECASE)
_MEANS: dict[str, Shown] = {"1": "first", "2": "second", "tie": "tie", "平手": "tie"}


@dataclass(frozen=True)
class Preference:
    """What a judge makes of two replies to an item.

    Attributes:
        item: the item's id.
        forth: the verdict where the baseline's reply stood first; `back`: where the candidate's did. `None` where the
            last line of the judgement was no verdict. Both are `tie` where the replies are the same text, which is not
            asked about.
        longer: which reply is the longer one.
        usage: what both calls took.
        error: why the judge could not be asked, where it could not.
    """

    item: str
    forth: Shown | None
    back: Shown | None
    longer: Literal["baseline", "candidate", "neither"]
    usage: Usage = Usage()
    error: str = ""

    @property
    def score(self) -> float | None:
        """1 if the candidate is better in both orders, 0 if the baseline is, else ½; `None` if one can't be read."""
        if self.forth is None or self.back is None:
            return None
        return {("second", "first"): 1.0, ("first", "second"): 0.0}.get((self.forth, self.back), 0.5)


@dataclass(frozen=True)
class PairwiseJudge:
    """A judge of two replies to the same question.

    Zheng et al. 2023, "Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena", arXiv:2306.05685: each pair is asked in
    both orders, and a reply wins that is preferred in both; all else is a tie. A judgement whose last line is no
    verdict is none, and never a tie.

    Calls: 2 of the judge's model for each pair, at the same time; none for replies of the same text.

    Attributes:
        judge: who judges, by which rubric, and in which wording.
    """

    judge: Judge

    async def prefer(self, baseline: str, candidate: str, item: Item) -> Preference:
        """Which of two replies is better."""
        sizes = len(candidate) - len(baseline)
        longer: Literal["baseline", "candidate", "neither"] = (
            "candidate" if sizes > 0 else "baseline" if sizes < 0 else "neither"
        )
        if baseline.strip() == candidate.strip():
            return Preference(item.id, "tie", "tie", "neither")
        orders = (self.prompt(baseline, candidate, item), self.prompt(candidate, baseline, item))
        forth, back = await asyncio.gather(*(self.judge.ask(prompt) for prompt in orders))
        return Preference(
            item.id, read_preference(forth.text), read_preference(back.text), longer, forth.usage + back.usage
        )

    def prompt(self, first: str, second: str, item: Item) -> Prompt:
        """What the judge is asked about two replies in this order."""
        text = self.judge.worded().text(
            f"{FOLDER}/prefer",
            rubric=self.judge.rubric.strip(),
            question=item.question,
            target=shown_target(item.target) if self.judge.target else "",
            first=first,
            second=second,
            mark=mark_of(item.question, first, second),
        )
        return self.judge.asked(text)


def read_preference(judgement: str) -> Shown | None:
    """The verdict in the last line of a judgement; `None` where that is anything else."""
    found = _BETTER.fullmatch(last_line(judgement))
    return _MEANS[found[1].lower()] if found else None
