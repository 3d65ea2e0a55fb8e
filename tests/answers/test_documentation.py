"""The examples of docs/answers.md are what the readers do."""

import re
from pathlib import Path

import pytest

from promptkit.answers import AnswerType

PAGE = (Path(__file__).parents[2] / "docs" / "answers.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.split("\n") if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def found(kind: str, question: str, reply: str) -> str:
    name, _, labels = kind.partition(": ")
    answer = AnswerType(name, tuple(labels.split(", ")) if labels else ()).find(
        reply.strip("`"), question=re.sub(r" (?=[A-C]\. )", "\n", question.strip("`"))
    )
    return f"`{answer.key}`" if answer else "nothing"


@pytest.mark.parametrize(("kind", "question", "reply", "read"), rows("Examples"))
def test_an_example_is_read_as_the_page_shows(kind, question, reply, read):
    assert found(kind, question, reply) == read


@pytest.mark.parametrize(("kind", "example", "happens"), rows("What can't be read"))
def test_what_cannot_be_read_is_read_as_the_page_shows(kind, example, happens):
    assert re.split("[,:]", happens)[0] == found(kind, "", example)
