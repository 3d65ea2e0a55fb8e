"""The calls that a facts file states are those that a server counts."""

import dataclasses
from collections.abc import Mapping

import pytest

from promptkit import AnswerNotFound, OpenAI, Prompt, Strategy, Templates, close, run
from promptkit.specs import Part, build, parse_spec
from promptkit.techniques.example import FORM, QUESTION, example_context
from promptkit.techniques.facts import Facts, all_facts
from promptkit.techniques.formula import evaluate, names_in
from tests.loopback import Server, server  # noqa: F401 - a fixture

FACTS = all_facts()
REPLIES = {  # what the model says to everything: lists of some lengths, and verdicts of both kinds
    "one item, accepted": "1. How many?\nThe answer is 24.\nVerdict: correct\nBest: 2",
    "two items, rejected": "1. How many?\n2. How many then?\nThe answer is 24.\nVerdict: wrong\nBest: 1",
    "five items, rejected": "1. A?\n2. B?\n3. C?\n4. D?\n5. E?\nThe answer is 24.\nVerdict: wrong\nBest: 1",
}
VALUES = (2, 3)  # of each option that the formula has, beside the one it has by default


def specs(name: str, facts: Facts) -> list[str]:
    """The specification of `facts`, and the same with other values of the options that its formula has."""
    parts = parse_spec(facts.spec)
    options = names_in(facts.calls.formula) - {*facts.calls.where}
    varied = [{}, *({option: value} for option in sorted(options) for value in VALUES)]
    return ["+".join(text(p, more if p.name == name else {}) for p in parts) for more in varied]


def text(part: Part, more: Mapping[str, object]) -> str:
    options = ", ".join(f"{option}={value!r}" for option, value in (part.options | more).items())
    return part.name + (f"@{part.wording}" if part.wording else "") + f"({options})"


CASES = [(name, spec) for name, facts in FACTS.items() for spec in specs(name, facts)]


@pytest.mark.parametrize(("name", "spec"), CASES)
def test_the_calls_of_the_facts_are_those_that_the_server_counts(server, name, spec):  # noqa: F811
    model = OpenAI("mock", base_url=server.openai_url, api_key="k")
    strategy = build(spec, model, example_context(Templates(), lambda _: model))
    options = {f.name: getattr(strategy, f.name) for f in dataclasses.fields(strategy)}
    facts = FACTS[name].calls
    try:
        for said, reply in REPLIES.items():
            server.answer = lambda turns, reply=reply: reply
            server.requests.clear()
            steps = steps_of(strategy)
            counted = {of: sum(step.startswith(begins) for step in steps) for of, begins in facts.steps.items()}
            assert evaluate(facts.formula, options | counted) == len(server.requests), said
    finally:
        close(model)


def steps_of(strategy: Strategy) -> list[str]:
    """What each call was for."""
    try:
        calls = run(strategy, Prompt.of(QUESTION).with_form(FORM)).calls()
    except AnswerNotFound as error:
        calls = tuple(call for step in error.completions for call in step.calls())
    return [call.step for call in calls]
