"""What each call of a strategy is for: the steps under which traces, records and analyses know it.

A record has the path of steps that leads to a call, as in `draft/draw 0`.
"""

from __future__ import annotations

import re

DRAFT = "draft"
CRITIQUE = "critique"
REVISION = "revision"
PLAN = "plan"
COMBINE = "combine"
WHOLE_QUESTION = "whole question"
PICK = "pick"
STEP_BACK = "step back"
BACKGROUND = "background"
ANSWER = "answer"
REPHRASING = "rephrasing"
CONTEXT = "context"
REASONING = "reasoning"
SKELETON = "skeleton"
CANDIDATES = "candidates"
CHECKS = "checks"

_DRAW = re.compile(r"(?:^|/)draw \d+\Z")
_ONE_OF_A_LIST = re.compile(
    r"(?:^|/)(?:sub-question \d+|sub-questions of wave \d+: \d+|(?:point|check|comparison): \d+)\Z"
)


def draw_step(index: int) -> str:
    """The step of the `index`-th draw of a vote, from 0."""
    return f"draw {index}"


def sub_question_step(number: int) -> str:
    """The step of the `number`-th sub-question of a plan, from 1."""
    return f"sub-question {number}"


def wave_step(wave: int, number: int) -> str:
    """The step of the `number`-th sub-question of a plan, from 1, which is asked at the same time as its `wave`."""
    return member_step(f"sub-questions of wave {wave}", number)


def follow_up_step(number: int) -> str:
    """The step of the reply that asks the `number`-th follow-up question, from 1, or answers instead."""
    return f"follow-up {number}"


def search_step(number: int) -> str:
    """The step of the answer to the `number`-th follow-up question, from 1."""
    return f"search {number}"


def member_step(group: str, member: object) -> str:
    """The step of one of several calls that are made at the same time: the agents of a round, the two of a match."""
    return f"{group}: {member}"


def group_of(step: str) -> str | None:
    """What the calls that are made at the same time as this one have in common; nothing for a call that is alone."""
    if is_draw(step):
        return "draws"
    group, colon, _ = step.partition(": ")
    return group if colon else None


def is_draw(path: str) -> bool:
    """Whether the call at `path` is one draw of a vote, wherever that vote stands."""
    return _DRAW.search(path) is not None


def is_one_of_a_list(path: str) -> bool:
    """Whether the call at `path` answers one of the questions or points that a list had: nobody reads a list of it."""
    return _ONE_OF_A_LIST.search(path) is not None


def is_part_of(path: str, step: str) -> bool:
    """Whether the call at `path` is the outermost strategy's `step`, or was made by a strategy asked for it."""
    return path == step or path.startswith(f"{step}/")
