"""A reader: a model that reads the answer out of a reply, where rules don't find one that the reply states."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from promptkit.answers import AnswerType
from promptkit.answers.options.options import wants_several
from promptkit.answers.prose.reply import visible_text, without_thinking
from promptkit.grading.graders import ByRules, Read, ReadsAnswers
from promptkit.judges.asks_model import FOLDER, AsksModel, last_line, mark_of
from promptkit.outcomes import BESIDE, Judged
from promptkit.tasks import Item
from promptkit.types import FinishReason, Prompt

READ_BY = "read by"  # begins the rule of an answer that a model has read
WHOLE = frozenset({"exact", "contains", "regex", "code"})  # kinds of which rules leave nothing to be read
_ANSWER = re.compile(r"[\s>*_`#]*(?:answer|答案)[\s*_`]*[:：](.*)", re.IGNORECASE)
_AROUND = " \t*`"  # markup of what stands behind it, whose underscores may be its own
_MARKUP = " \t*_`.。"
_NONE = frozenset({"[none]", "[無]"})
_NONE_UNMARKED = frozenset({"none", "無"})


@dataclass(frozen=True, kw_only=True)
class AnswerReader(AsksModel, ReadsAnswers):
    """A grader that has a model read replies, for `compare(…, grader=AnswerReader(…))` and `--grader 'read(model=…)'`.

    After Yu et al. 2024, "xFinder: Robust and Pinpoint Answer Extraction for Large Language Models", arXiv:2405.11874:
    a model finds the answer that a reply gives, shown the question and how such an answer looks, but no right one, and
    whether it is right is decided without it. There the model is trained for this and reads every reply; here it is
    any, and is asked only about a reply that states no answer by the rules of `AnswerType.find` (`Answer.explicit`).
    What it writes is read by the same rules and compared in the same way. A last line in another form is an error of
    the grader, never a guess.

    The reply stands between marks that it can't guess, and is cut nowhere. The right answer is never shown, so that it
    can't lead the model; one that it works out by itself may. Label some replies (`promptkit label`) to see how far it
    can be trusted.

    Calls: 1 of `model` for each reply that states no answer, sampled as the model does by itself; none for others, for
    empty replies and refusals, and for kinds that take the whole reply or code. In a run its calls are recorded like
    all others, and what they cost is reported apart from the strategies.

    Attributes:
        model: who reads; a name is loaded by the run.
        max_tokens: the longest reading, by default the model's own limit; one that is cut off gives no answer.
        templates: where the wording comes from; `wording` names a variant, such as zh-Hant.

    Raises:
        UsageError: no room for a reading.
        TemplateError: a wording that is not there.
    """

    kind: ClassVar[str] = "read"

    @property
    def name(self) -> str:
        """What tables call it: by its model, and its wording."""
        return f"reader {self.model_name}" + (f" {self.wording}" if self.wording else "")

    def prompt(self, reply: str, answer: AnswerType, question: str, *, cut_off: bool = False) -> Prompt:
        """What the model is asked about a reply; `cut_off` at its token limit, or not."""
        text = self.worded().text(
            f"{FOLDER}/read",
            answer={
                "kind": answer.kind,
                "labels": list(answer.labels),
                "several": answer.kind == "choice" and wants_several(question),
            },
            question=question,
            reply=reply,
            cut_off=cut_off,
            mark=mark_of(question, reply),
        )
        return self.asked(text)

    async def read(
        self, reply: str, finish_reason: FinishReason, answer: AnswerType, item: Item, by_rules: ByRules
    ) -> Read:
        """What a reply is worth by the answer that it states, or else by the one that the model reads."""
        stated = await by_rules(reply, finish_reason)
        shown = without_thinking(reply, think_tags=answer.think_tags).strip()
        found = stated.answer is not None or stated.outcome == "refused"
        if found or answer.kind in WHOLE or not visible_text(shown).strip():
            return Read(stated)
        asked = self.prompt(shown, answer, item.question, cut_off=finish_reason == "length")
        reading = await self.ask(asked)
        judged = await _judged(reading.text, stated, f"{READ_BY} {reading.by}", by_rules)
        return Read(judged, visible_text(reading.text).strip(), reading.usage, reading.by)


async def _judged(reading: str, stated: Judged, rule: str, by_rules: ByRules) -> Judged:
    """What a reply is worth by what a model has read; `stated` is what rules found."""
    written = written_answer(reading)
    if written is None:
        return Judged(
            "ungraded", None, rule, f"the last line of the reading is not an answer: {last_line(reading)!r:.80}"
        )
    beside = f"{rule}, {BESIDE}" if stated.rule == BESIDE else rule
    bare = written.strip(_MARKUP).casefold()
    if bare in _NONE:
        return Judged(stated.outcome, None, beside)
    for text in (written, f"Answer: {written}"):
        judged = await by_rules(text, "stop")
        if judged.answer is not None:
            return judged._replace(rule=rule if judged.outcome == "correct" else beside)
    if bare in _NONE_UNMARKED:
        return Judged(stated.outcome, None, beside)
    return Judged("ungraded", None, rule, f"what was read is not an answer of this kind: {written!r:.80}")


def written_answer(reading: str) -> str | None:
    """What stands behind "Answer:" in the last line of a reading; `None` where that is anything else."""
    lines = [line for line in without_thinking(reading).splitlines() if line.strip(_MARKUP)]
    found = _ANSWER.fullmatch(lines[-1]) if lines else None
    return found[1].strip(_AROUND) or None if found else None
