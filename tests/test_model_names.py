"""Models named in the README, the help and the documentation are ones that can be asked."""

import datetime
import re
from pathlib import Path

import pytest

from promptkit.providers.hosted.facts import UNKNOWN, facts

ROOT = Path(__file__).parents[1]
PAGES = [page for folder in ("docs", "docs/cookbook") for page in sorted((ROOT / folder).glob("*.md"))]
FILES = [ROOT / "README.md", *PAGES, *sorted((ROOT / "promptkit").rglob("*.py"))]
# `openai/gpt-6-luna`, `OpenAI("gpt-6-luna")`, and what looks like a model of the two providers
NAME = re.compile(
    r"(?<![\w./-])(?:openai/|anthropic/)?"
    r"((?:gpt|claude)-(?:[a-z]+-)?\d[\w.]*(?:-[a-z0-9]+)*|o[134](?:-\w+)?)(?![\w/])"
)


def named(text: str) -> set[str]:
    return {name.rstrip(".") for name in NAME.findall(text)}


def standing(name: str):
    return facts("anthropic" if name.startswith("claude") else "openai", name)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_model_that_is_named_is_known_and_not_shut_down(file):
    for name in named(file.read_text(encoding="utf-8")):
        known = standing(name)
        assert known is not UNKNOWN, f"{name} is in no entry of models.toml"
        ended = known.shutdown and known.shutdown <= datetime.datetime.now(datetime.UTC).date()
        assert not ended, f"{name} was shut down on {known.shutdown}; name one that lives"


def test_names_are_found_where_they_are_written():
    text = 'load_model("openai/gpt-6-luna"), `claude-haiku-5-5`, OpenAI("gpt-5.6-sol"); o3-mini. gpt-4o'
    assert named(text) == {"gpt-6-luna", "claude-haiku-5-5", "gpt-5.6-sol", "o3-mini", "gpt-4o"}
    assert standing("gpt-4-turbo").shutdown == datetime.date(2026, 10, 23)
