"""What the start, the statistics and the cookbook print is what stands there, and their commands exist."""

import os
import re
import shlex

import pytest
import typer

from promptkit.cli.app import app_for
from tests.printing_pages import DOCS, PRINTING, RECIPES, run_page

PARTS = ("The code", "What is printed", "What to conclude", "What it costs")


@pytest.mark.parametrize("page", PRINTING, ids=lambda page: page.stem)
def test_a_page_prints_what_it_shows(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    found = run_page(page, tmp_path)
    if os.environ.get("PROMPTKIT_UPDATE_GOLDEN"):
        page.write_text(found.text, encoding="utf-8")
    else:
        assert found.shown == found.printed
    assert found.printed


@pytest.mark.parametrize("page", RECIPES, ids=lambda page: page.stem)
def test_a_recipe_has_its_parts_and_a_row_in_the_list(page):
    text = page.read_text(encoding="utf-8")
    situation, *rest = text.split("\n## ")
    assert [part.splitlines()[0] for part in rest] == list(PARTS)
    assert re.match(r"# .+\n\n[^#`]+$", situation)
    assert len(re.findall(r"[.?!](?:\s|$)", situation.split("\n\n", 1)[1])) == 2, "the situation has two sentences"
    assert f"({page.name})" in (DOCS / "cookbook" / "README.md").read_text(encoding="utf-8")


def test_there_are_at_least_ten_recipes():
    assert len(RECIPES) >= 10


def commands_in(text):
    """The commands of a page, a list of words each."""
    shell = "".join(re.findall(r"```(?:bash|yaml)\n(.*?)```", text, re.DOTALL)).replace("\\\n", " ")
    for line in re.findall(r"\bpromptkit (.+)", shell):
        yield [word for word in shlex.split(line, comments=True) if word]


@pytest.mark.parametrize("page", PRINTING, ids=lambda page: page.stem)
def test_the_commands_of_a_page_exist_with_their_options(page):
    for words in commands_in(page.read_text(encoding="utf-8")):
        command = typer.main.get_command(app_for(words)).commands[words.pop(0)]
        while hasattr(command, "commands"):
            command = command.commands[words.pop(0)]
        known = {name for option in command.params for name in [*option.opts, *option.secondary_opts]}
        assert {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)} <= known, words
