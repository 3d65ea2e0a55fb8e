"""Every facts file is right, and no technique is without one."""

import re

import pytest

from promptkit import AnswerType, Prompt, UsageError
from promptkit.specs import DIRECT, STRATEGIES, parse_spec
from promptkit.strategies.wrap import offered
from promptkit.techniques.code import OFFERED
from promptkit.techniques.example import EXAMPLES, shown
from promptkit.techniques.facts import GROUPS, Published, all_facts, facts_of, read_facts
from promptkit.techniques.formula import names_in
from promptkit.techniques.page import intervals, options_of

FACTS = all_facts()
each = pytest.mark.parametrize("name", FACTS)
GOOD = "title: T\ngroup: checking\nsummary: A. B. C.\nspec: cot\ncalls: {formula: '1'}\n"


def test_every_technique_that_ships_has_facts():
    assert set(STRATEGIES.shipped) - {DIRECT} <= set(FACTS)


@each
def test_facts_are_of_a_technique_and_show_it(name):
    parts = [part.name for part in parse_spec(FACTS[name].spec)]
    assert set(parts) <= set(STRATEGIES.shipped)
    assert name in parts
    assert shown(FACTS[name]).calls


@each
def test_a_summary_has_three_sentences(name):
    assert len(re.findall(r"[.!?](?=\s|$)", FACTS[name].summary)) == 3


@each
def test_what_helps_and_hurts_is_said_and_what_it_is_for(name):
    facts = FACTS[name]
    assert facts.helps
    assert facts.hurts
    assert facts.use_when
    assert all(sentence.endswith((".", "!", ")")) for sentence in (*facts.helps, *facts.hurts))


@each
def test_every_name_of_the_formula_is_an_option_or_explained_and_counted(name):
    calls = FACTS[name].calls
    known = {option.name for option in options_of(name, FACTS[name])}
    assert names_in(calls.formula) <= known | {*calls.where}
    assert {*calls.where} == {*calls.steps}


@each
def test_shares_are_per_cent_and_have_a_source(name):
    for one in FACTS[name].published:
        assert one.source
        figures = one.baseline.correct, one.technique.correct
        assert not one.is_share or all(0 <= figure <= 100 for figure in figures), one


def test_the_options_of_a_wording_are_the_inputs_that_nothing_offers():
    labelled = AnswerType("label", ("a", "b"))
    assert set(offered(Prompt.of("?"), examples=EXAMPLES, answer=labelled)) == OFFERED


def test_techniques_come_by_group():
    groups = [GROUPS.index(facts.group) for facts in FACTS.values()]
    assert groups == sorted(groups)


def test_a_misspelt_technique_is_met_with_the_one_that_was_meant():
    with pytest.raises(UsageError, match=r"unknown technique 'refelct'; did you mean reflect\?"):
        facts_of("refelct")
    with pytest.raises(UsageError, match=r"did you mean cot\?"):
        facts_of("chain-of-thought")
    with pytest.raises(UsageError, match="promptkit techniques lists them"):
        facts_of("xyzzy")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD + "colour: red\n", r"f\.yaml: colour: Extra inputs"),
        (GOOD.replace("checking", "cheking"), r"f\.yaml: group: "),
        (GOOD.replace("'1'", "1"), r"f\.yaml: calls\.formula: Input should be a valid string"),
        (GOOD.replace("'1'", "'1 +'"), r"f\.yaml: calls: .*can't read the formula"),
        (GOOD.replace("'1'", "'1', where: {n: x}"), r"`where` explains n, which the formula has not"),
        (GOOD.replace("'1'", "'1', steps: {n: x}"), r"`steps` counts n, which `where` does not explain"),
        (GOOD + "a: [\n", r"f\.yaml: line \d+: "),
    ],
)
def test_a_wrong_facts_file_is_an_error_that_names_file_and_field(tmp_path, text, problem):
    (tmp_path / "f.yaml").write_text(text)
    with pytest.raises(UsageError, match=problem):
        read_facts(tmp_path / "f.yaml")


def published(**more):
    figures = {"baseline": {"correct": 50.0}, "technique": {"correct": 57.0}}
    return Published.model_validate({"task": "t", "model": "m", "source": "s", **figures, **more})


def test_a_published_accuracy_has_an_interval_by_its_items_and_a_difference_one_too():
    found = intervals(published(items=30))
    assert found["baseline"].low == pytest.approx(0.3315, abs=1e-4)
    assert found["difference"].low < 0 < found["difference"].high


def test_without_items_or_of_another_metric_there_is_no_interval():
    assert intervals(published()) == intervals(published(items=30, metric="BLEU")) == {}
