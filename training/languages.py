# What a problem's language decides: how an answer is announced, how steps are joined, how things are asked.
from dataclasses import dataclass, field

from training import chinese_wordings, wordings
from training.arithmetic import Said


@dataclass(frozen=True)
class Language:
    """A language of questions and replies."""

    name: str
    answer: str
    """The sentence that announces an answer."""
    gives: str
    """What a critic says of both answers."""
    unknown: str
    gap: str
    """What stands between two sentences."""
    said: Said
    chain: tuple[str, ...]
    plan: tuple[str, ...]
    combine: tuple[str, ...]
    review: tuple[str, ...]
    verdict: tuple[str, ...]
    revise: tuple[str, ...]
    finish: dict[str, tuple[str, ...]]
    roles: tuple[str, ...]
    rules: tuple[str, ...]
    verdicts: tuple[str, str]
    """The line for a right draft, and for a wrong one."""
    layouts: tuple[str, ...] = field(repr=False)
    """How a question and an instruction stand together."""
    headings: tuple[tuple[str, str], ...] = field(repr=False)
    """What stands over the answers so far, and before the next sub-question."""


ENGLISH = Language(
    name="English",
    answer="The answer is {}.",
    gives="That gives {}, the answer above is {}.",
    unknown="unknown",
    gap=" ",
    said=Said(),
    chain=wordings.CHAIN,
    plan=wordings.PLAN,
    combine=wordings.COMBINE,
    review=wordings.REVIEW,
    verdict=wordings.VERDICT,
    revise=wordings.REVISE,
    finish=wordings.FINISH,
    roles=wordings.ROLES,
    rules=wordings.RULES,
    verdicts=("Verdict: correct", "Verdict: wrong"),
    layouts=(
        "{q}\n\n{d}",
        "{q}\n\n{d}",
        "{q}\n{d}",
        "{q} {d}",
        "{d}\n{q}",
        "{d}\n\nQuestion: {q}",
        "Question: {q}\n{d}",
    ),
    headings=(
        ("Answers so far:", "Sub-question {}: "),
        ("Answers so far:", "Sub-question {}: "),
        ("Earlier answers:", "Question: "),
        ("Known:", "Now answer this question: "),
    ),
)
CHINESE = Language(
    name="Traditional Chinese",
    answer="答案是{}。",
    gives="得到{}，上面的答案是{}。",
    unknown="不知道",
    gap="",
    said=Said("：", "。", "沒有變化"),
    chain=chinese_wordings.CHAIN,
    plan=chinese_wordings.PLAN,
    combine=chinese_wordings.COMBINE,
    review=chinese_wordings.REVIEW,
    verdict=chinese_wordings.VERDICT,
    revise=chinese_wordings.REVISE,
    finish={"number": chinese_wordings.FINISH},
    roles=chinese_wordings.ROLES,
    rules=chinese_wordings.RULES,
    verdicts=("結論：正確", "結論：錯誤"),
    layouts=("{q}\n\n{d}", "{q}\n\n{d}", "{q}\n{d}", "{q}{d}", "{d}\n{q}", "題目：{q}\n{d}"),
    headings=(
        ("目前的答案：", "子問題{}："),
        ("目前的答案：", "子問題 {}："),
        ("已知：", "問題："),
        ("前面的答案：", "現在回答："),
    ),
)
