"""What makes the calls, as it is typed."""

import importlib.util

import pytest

from promptkit import FunctionModel, UsageError
from promptkit.bench import compare
from promptkit.on_ray.engine import Engine
from promptkit.providers.load import variables_of
from promptkit.settings import RunLimits, RunSettings

PAIRS = [("3 + 4?", 7), ("5 + 4?", 9)]


@pytest.fixture(autouse=True)
def _installed(monkeypatch):
    """As if Ray were installed: nothing here asks it."""
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *_: name == "ray" or found(name, *_))


def test_an_engine_is_an_address_and_what_each_actor_takes():
    assert Engine.parse("ray") == Engine()
    text = 'ray:10.0.0.1:6379?actors=4&num_cpus=0.5&num_gpus=1&resources={"a100": 1}'
    assert Engine.parse(text) == Engine(
        address="10.0.0.1:6379", actors=4, num_cpus=0.5, num_gpus=1, resources={"a100": 1}
    )
    assert Engine.parse("ray:auto?num_gpus=1").needs == {"CPU": 1, "GPU": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dask", "there is no engine 'dask'; write ray"),
        ("ray:auto?gpus=1", "there is no option 'gpus'; there are actors, num_cpus, num_gpus, resources"),
        ("ray?actors=0", "actors: it should be greater than or equal to 1, got 0"),
        ("ray?address=auto", "the address stands behind the colon"),
        ("ray:ray://head:10001", "run this on a node of the cluster"),
    ],
)
def test_an_engine_that_can_not_be_is_told_before_anything_is_sent(text, said):
    with pytest.raises(UsageError, match=f"`engine`: .*{said}".replace("ray://", "ray:")):
        RunLimits(engine=text)


def test_without_ray_the_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *_: None)
    with pytest.raises(UsageError, match=r"needs the package ray: pip install 'promptkit-lab\[ray\]'"):
        Engine.parse("ray")


def test_a_model_given_as_an_object_can_not_be_loaded_elsewhere():
    with pytest.raises(UsageError, match="`engine`: own/model was given as an object, and actors load models by name"):
        compare(PAIRS, {"direct": FunctionModel(lambda _: "7", name="own/model")}, answer="number", engine="ray")


def test_the_engine_is_no_part_of_what_a_run_records():
    assert "engine" not in RunSettings.model_fields


def test_a_model_is_given_the_variables_of_its_own_provider_alone():
    assert variables_of("anthropic/m") == ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "ANTHROPIC_CUSTOM_HEADERS")
    assert variables_of("groq/m?top_p=0.9") == ("GROQ_API_KEY", "GROQ_BASE_URL")
    assert variables_of("nano") == variables_of("mine:model") == ()


def test_an_engine_does_not_go_with_batches(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    with pytest.raises(UsageError, match="`engine` can't be combined with `batch`"):
        compare(PAIRS, ["direct"], model="openai/m", answer="number", engine="ray", batch=True)
