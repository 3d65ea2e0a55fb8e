"""What a judge's preferences come to: who wins how often, and how far the judge goes by order and length."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from promptkit.formatting import inline, interval, p_equals, percent
from promptkit.judges.pairwise import Preference
from promptkit.stats import accuracy_interval
from promptkit.stats.mcnemar import mcnemar_p
from promptkit.types import Usage


@dataclass(frozen=True)
class Share:
    """A share of some cases with its 95 % interval, as fractions of 1; all `None` where there is no case."""

    cases: int
    share: float | None = None
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, values: Iterable[float]) -> Share:
        """The mean of values between 0 and 1."""
        listed = list(values)
        if not listed:
            return cls(0)
        ends = accuracy_interval(listed)
        return cls(len(listed), sum(listed) / len(listed), ends.low, ends.high)

    def __str__(self) -> str:
        return f"{percent(self.share)} of {self.cases:,} (95 % interval {interval(self.low, self.high)})"


@dataclass(frozen=True)
class Preferences:
    """The preferences of a judge between two strategies on the items of a task.

    Attributes:
        wins: items on which the candidate's reply is better in both orders; `losses`: the baseline's; `ties`: the rest.
        unreadable: items with a judgement that gives no verdict; they are in no figure.
        failed: items about which the judge could not be asked; they are in no figure. `error` is why, of the first one.
        preferred: how often the candidate is preferred; a tie is half.
        p: two-sided, of wins and losses being equally likely (the exact sign test; ties are left out).
        consistent: among items where a reply was preferred in some order, those where it was so in both.
        first: among judgements that prefer a reply, those that prefer the one shown first; ½ without a position bias.
        longer: among items won or lost by replies of different length, those won by the longer one. It may deserve it:
            see whether people's labels agree.
        usage: what the judge took.
    """

    task: str
    baseline: str
    candidate: str
    model: str
    wins: int
    losses: int
    ties: int
    unreadable: int
    preferred: Share
    p: float
    consistent: Share
    first: Share
    longer: Share
    usage: Usage
    failed: int = 0
    error: str = ""

    def sentence(self) -> str:
        """Who is preferred, in words."""
        counts = f"{self.wins:,} wins, {self.ties:,} ties, {self.losses:,} losses"
        seen = f"preferred in {self.preferred}, {counts}, {p_equals(self.p)}"
        if not self.preferred.cases:
            return f"{self.candidate} beside {self.baseline}: no judgement could be read."
        if self.p > _ALPHA:
            return f"{self.candidate} beside {self.baseline}: not enough data to tell; {seen}."
        ruling = "is preferred to" if self.wins > self.losses else "loses against"
        return f"{self.candidate} {ruling} {self.baseline}: {seen}."

    def warnings(self) -> list[str]:
        """What makes the judge doubtful."""
        found = []
        if self.first.low is not None and self.first.high is not None and not self.first.low <= 0.5 <= self.first.high:
            place = "first" if self.first.low > 0.5 else "second"
            found.append(f"the judge prefers what is shown {place}: {self.first} judgements prefer the first reply")
        if self.unreadable:
            found.append(f"{self.unreadable:,} items have a judgement that gives no verdict")
        if self.failed:
            items = "1 item" if self.failed == 1 else f"{self.failed:,} items"
            found.append(f"{items} could not be judged: {inline(self.error)}")
        return found


_ALPHA = 0.05


def preferences(found: Iterable[Preference], *, task: str, baseline: str, candidate: str, model: str) -> Preferences:
    """The figures of these preferences between `baseline` and `candidate`."""
    listed = list(found)
    failed = [one.error for one in listed if one.error]
    read = [one for one in listed if one.score is not None]
    scores = [one.score for one in read if one.score is not None]
    wins, losses = scores.count(1.0), scores.count(0.0)
    asked = [(one.forth, one.back) for one in read if (one.forth, one.back) != ("tie", "tie")]
    shown = [verdict for both in asked for verdict in both if verdict != "tie"]
    won = [one for one in read if one.score in (0.0, 1.0) and one.longer != "neither"]
    return Preferences(
        task=task,
        baseline=baseline,
        candidate=candidate,
        model=model,
        wins=wins,
        losses=losses,
        ties=len(read) - wins - losses,
        unreadable=len(listed) - len(read) - len(failed),
        preferred=Share.of(scores),
        p=mcnemar_p(wins, losses),
        consistent=Share.of(float(both in _CONSISTENT) for both in asked),
        first=Share.of(float(verdict == "first") for verdict in shown),
        longer=Share.of(float((one.score == 1.0) == (one.longer == "candidate")) for one in won),
        usage=sum((one.usage for one in listed), Usage()),
        failed=len(failed),
        error=next(iter(failed), ""),
    )


_CONSISTENT = {("first", "second"), ("second", "first")}
