"""Strategies as solvers of Inspect, asked through the real package and its scripted model."""

import asyncio
import gc
import tomllib
from pathlib import Path

import pytest
from inspect_ai import Task, eval  # noqa: A004 - its name
from inspect_ai.dataset import Sample
from inspect_ai.model import ChatMessageUser, ContentImage, GenerateConfig, ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import choice, match
from inspect_ai.solver import use_tools
from inspect_ai.tool import bash

from promptkit import ChainOfThought, Image, InvalidRequest, Prompt, Unavailable, Usage, UsageError
from promptkit.interop.inspect import InspectModel, strategy_solver

pytestmark = [  # of Inspect's own code
    pytest.mark.filterwarnings("ignore:The 'initial' parameter is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Unclosed <MemoryObject:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:.*MemoryObject:pytest.PytestUnraisableExceptionWarning"),
]
PNG = Image(url="https://example.com/cat.png")


COUNTED = ModelUsage(input_tokens=10, output_tokens=2, total_tokens=12)  # without one Inspect fetches a tokenizer


class Scripted:
    """A model of Inspect that answers with `replies`; keeps what it was asked."""

    def __init__(self, *replies, stop="stop", usage=COUNTED, error=None):
        self.asked, self._left = [], list(replies)
        self._stop, self._usage, self._error = stop, usage, error
        self.model = get_model("mockllm/model", custom_outputs=self._next, memoize=False)

    def _next(self, messages, tools, tool_choice, config):
        self.asked.append((messages, config))
        if isinstance(self._left[0], Exception):
            raise self._left[0]
        made = ModelOutput.from_content("mockllm/model", self._left.pop(0), stop_reason=self._stop, error=self._error)
        made.usage = self._usage
        return made


def evaluated(task, scripted, tmp_path, **config):
    (log,) = eval(task, model=scripted.model, log_dir=str(tmp_path), display="none", **config)
    gc.collect()  # streams that Inspect leaves open, here and not in a test that is not to blame
    return log


def asked_of(scripted, prompt):
    return asyncio.run(InspectModel(scripted.model).complete(prompt))


@pytest.mark.parametrize("strategy", ["cot", ChainOfThought], ids=["a specification", "a class"])
def test_a_strategy_solves_a_task_through_inspects_model(strategy, tmp_path):
    scripted = Scripted("2 and 2 are 4. The answer is 4.")
    task = Task([Sample("What is 2 + 2?", target="4")], solver=strategy_solver(strategy), scorer=match(numeric=True))
    log = evaluated(task, scripted, tmp_path)
    assert log.status == "success", log.error
    (sample,) = log.samples
    assert sample.scores["match"].value == "C"
    assert sample.output.metadata["promptkit"] == {"calls": 1, "answered_by": "ChainOfThought"}
    assert "step by step" in scripted.asked[0][0][-1].text


def test_a_vote_asks_several_times_and_reads_answers_as_it_is_told(tmp_path):
    scripted = Scripted("The answer is 5.", "The answer is 4.", "So it is 4. The answer is 4.")
    solver = strategy_solver("self-consistency(draws=3,temperature=0.7)", answer="number")
    log = evaluated(Task([Sample("2 + 2?", target="4")], solver=solver, scorer=match(numeric=True)), scripted, tmp_path)
    assert log.status == "success", log.error
    assert log.samples[0].scores["match"].value == "C"
    assert log.samples[0].output.metadata["promptkit"]["calls"] == 3
    assert [config.temperature for _, config in scripted.asked] == [0.7, 0.7, 0.7]


def test_the_answered_option_is_marked_for_the_scorer_of_choices(tmp_path):
    scripted = Scripted("Only one grows. The answer is B.")
    sample = Sample("Which is a fruit?", choices=["stone", "pear"], target="B")
    log = evaluated(Task([sample], solver=strategy_solver("direct"), scorer=choice()), scripted, tmp_path)
    assert log.status == "success", log.error
    assert log.samples[0].scores["choice"].value == "C"
    shown = 'Which is a fruit?\nA. stone\nB. pear\nFinish with "The answer is <letter>."'
    assert scripted.asked[0][0][-1].text == shown


def test_a_strategy_without_an_answer_ends_with_an_empty_output_that_is_wrong(tmp_path):
    solver = strategy_solver("self-consistency(draws=2,temperature=0.7)", answer="number")
    scripted = Scripted("I can't say.", "Who knows?")
    log = evaluated(Task([Sample("2 + 2?", target="4")], solver=solver, scorer=match(numeric=True)), scripted, tmp_path)
    assert log.status == "success", log.error
    (sample,) = log.samples
    assert (sample.output.completion, sample.scores["match"].value) == ("", "I")
    assert sample.output.metadata["promptkit"]["calls"] == 2
    assert sample.output.metadata["promptkit"]["fallbacks"]


def test_the_tasks_own_temperature_holds_where_the_prompt_leaves_it_open(tmp_path):
    scripted = Scripted("4")
    config = GenerateConfig(temperature=0.3)
    task = Task([Sample("2 + 2?", target="4")], solver=strategy_solver("direct"), scorer=match(), config=config)
    assert evaluated(task, scripted, tmp_path).status == "success"
    assert scripted.asked[0][1].temperature == 0.3


def test_the_usage_of_every_call_is_in_inspects_log(tmp_path):
    scripted = Scripted("4", "4")
    solver = strategy_solver("self-consistency(draws=2,temperature=0.7)", answer="number")
    log = evaluated(Task([Sample("2 + 2?", target="4")], solver=solver, scorer=match()), scripted, tmp_path)
    (usage,) = log.stats.model_usage.values()
    assert (usage.input_tokens, usage.output_tokens) == (20, 4)


def test_what_a_prompt_asks_for_is_passed_on_and_usage_comes_back():
    usage = ModelUsage(input_tokens=7, input_tokens_cache_read=3, output_tokens=5, reasoning_tokens=2)
    scripted = Scripted("cut", stop="max_tokens", usage=usage)
    prompt = Prompt.of("Count.", system="Be short.", temperature=0.5, max_tokens=9, stop=("5",), effort="low")
    answer = asked_of(scripted, prompt)
    ((messages, config),) = scripted.asked
    assert [(m.role, m.text) for m in messages] == [("system", "Be short."), ("user", "Count.")]
    assert (config.temperature, config.max_tokens, config.stop_seqs) == (0.5, 9, ["5"])
    assert config.reasoning_effort == "low"
    assert (answer.text, answer.finish_reason, answer.by) == ("cut", "length", "mockllm/model")
    assert answer.usage == Usage(calls=1, input_tokens=10, cached_tokens=3, output_tokens=5, reasoning_tokens=2)


@pytest.mark.parametrize(
    ("name", "prompt"),
    [
        ("images", Prompt.of("What is it?", images=[PNG])),
        ("logprobs", Prompt.of("What is it?", logprobs=1)),
        ("schema", Prompt.of("What is it?", schema={"type": "object"})),
    ],
)
def test_what_is_not_passed_on_is_refused_by_name_before_anything_is_sent(name, prompt):
    scripted = Scripted("4")
    with pytest.raises(InvalidRequest, match=f"{name} can't be passed on to Inspect's mockllm/model; leave it out"):
        asked_of(scripted, prompt)
    assert scripted.asked == []


def test_an_error_of_inspects_model_is_one_of_ours():
    with pytest.raises(Unavailable, match="mockllm/model ended in an error of Inspect: overloaded"):
        asked_of(Scripted("", error="overloaded"), "2 + 2?")


def test_an_error_that_passes_through_inspect_is_one_of_ours():
    with pytest.raises(Unavailable, match=r"mockllm/model failed with ConnectionError: refused for \[key\]"):
        asked_of(Scripted(ConnectionError("refused for sk-abcdef123")), "2 + 2?")


def test_a_wrong_specification_is_told_before_anything_is_sent():
    with pytest.raises(UsageError, match="did you mean cot"):
        strategy_solver("cott")


def test_a_task_with_tools_is_refused(tmp_path):
    task = Task([Sample("2 + 2?", target="4")], solver=[use_tools(bash()), strategy_solver("direct")], scorer=match())
    log = evaluated(task, Scripted("4"), tmp_path)
    assert log.status == "error"
    assert "strategies call no tools" in log.error.message


def test_a_sample_with_an_image_is_refused_by_name(tmp_path):
    turn = ChatMessageUser(content=[ContentImage(image="data:image/png;base64,AAAA")])
    task = Task([Sample([turn], target="4")], solver=strategy_solver("direct"), scorer=match())
    log = evaluated(task, Scripted("4"), tmp_path)
    assert "content of the type image" in log.error.message


def test_inspect_finds_the_solver_by_the_entry_point_of_the_package():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["inspect_ai"] == {"promptkit": strategy_solver.__module__}
