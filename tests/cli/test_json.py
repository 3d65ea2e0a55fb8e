"""What `--json` prints is what docs/json.md states, field by field and type by type; and no command is forgotten."""

import pytest
import typer

from promptkit.cli.app import COMMANDS, app_for
from tests.cli.json_calls import CALLS, prepared  # noqa: F401 - a fixture
from tests.json_page import OBJECTS, faults

OUTPUTS = {name for name in OBJECTS if name[:1].islower()}  # of the page
MAY_BE_EMPTY = {
    *("across_models", "left_out", "differences", "wordings"),
    *("flips", "disagreements", "labels", "notes"),
    *("files", "served", "gpus", "batches"),
    *("metrics", "grading", "changed"),
    *("guessed", "published", "measured", "hurts"),
}
WITHOUT_JSON = {
    "serve": "goes on until it is ended",
    "template edit": "goes on until it is ended",
    "template watch": "goes on until it is ended",
    "template stubs": "prints a module of Python",
}
ENDS = {"template lint": 1, "template test": 1}


def commands():
    """Every command of the command line by its words, with the flags that it has."""
    for name in COMMANDS:
        yield from commands_of(typer.main.get_command(app_for([name])).commands[name], name)


def commands_of(command, words):
    inner = getattr(command, "commands", {})
    if not inner or command.invoke_without_command:
        yield words, {flag for parameter in command.params for flag in parameter.opts}
    for name, one in inner.items():
        yield from commands_of(one, f"{words} {name}")


WORDS = dict(commands())


@pytest.mark.parametrize("name", CALLS)
def test_the_output_of_a_command_is_what_the_page_states(promptkit, prepared, name):  # noqa: F811 - the fixture
    prepared(name)
    printed = promptkit(*CALLS[name], "--json")
    assert printed.code == ENDS.get(name, 0), printed.err
    assert list(faults(printed.json, name if name in OUTPUTS else name.partition(" --")[0])) == []
    empty = [field for field, value in printed.json.items() if value in ([], {}) and field not in MAY_BE_EMPTY]
    assert empty == [], "nothing of it was compared with the page"


def test_every_command_has_json_but_those_that_go_on_or_print_a_program():
    assert {words for words, flags in WORDS.items() if "--json" not in flags} == set(WITHOUT_JSON)


def test_the_commands_with_json_and_those_of_the_page_are_the_same():
    assert {words for words, flags in WORDS.items() if "--json" in flags} == {
        name.partition(" --")[0] for name in OUTPUTS
    }


def test_what_a_dry_run_prints_stands_on_the_page():
    dry = {words for words, flags in WORDS.items() if {"--json", "--dry-run"} <= flags}
    assert {f"{words} --dry-run" for words in dry} == {name for name in OUTPUTS if name.endswith(" --dry-run")}


def test_every_output_of_the_page_is_tried():
    assert set() == OUTPUTS - set(CALLS)
