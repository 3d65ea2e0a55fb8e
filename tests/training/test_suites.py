# The tasks that the recipe writes can be read by the harness and hide nothing.
import json

import pytest
import yaml

from promptkit.data_files import data_path
from training.suites import EXAMPLES, FORMATS, ITEMS, SUITES, write_all
from training.world import WORLD

NAMES = [suite.name for suite in SUITES] + [f"formats-{form}" for form in FORMATS] + list(EXAMPLES)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("suites")
    write_all(WORLD, folder)
    return folder


def contents(folder):
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}


def rows(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("name", NAMES)
def test_a_suite_has_at_least_three_hundred_items_with_names_of_their_own(written, name):
    items = rows(written / f"{name}.jsonl")
    assert len({item["id"] for item in items}) == ITEMS >= 300


@pytest.mark.parametrize("name", NAMES)
def test_no_example_is_also_a_question(written, name):
    about = yaml.safe_load((written / f"{name}.yaml").read_text())
    asked = {item["question"] for item in rows(written / f"{name}.jsonl")}
    if "train" in about:
        assert asked.isdisjoint(row["question"] for row in rows(written / about["train"]))
    else:
        items = rows(written / about["data"])
        assert all(item["question"] not in {e["question"] for e in item["examples"]} for item in items)


@pytest.mark.parametrize("form", FORMATS)
def test_the_demanded_form_stands_in_the_instructions_alone(written, form):
    about = yaml.safe_load((written / f"formats-{form}.yaml").read_text())
    demand = about["instructions"]["output_format"]
    assert "instruction" not in about
    assert not [item for item in rows(written / about["data"]) if demand in item["question"]]


def test_the_tasks_that_ship_are_what_the_recipe_writes(written):
    shipped = contents(data_path("tasks"))
    by_hand = {name for name in shipped if name.startswith("small-")}  # for models of their user's own, not for nano
    assert by_hand
    assert contents(written).keys() == shipped.keys() - by_hand
    changed = [name for name, text in contents(written).items() if text != shipped[name]]
    assert not changed
