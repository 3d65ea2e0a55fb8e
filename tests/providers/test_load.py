import asyncio

import pytest

from promptkit import GGUF, InvalidRequest, Prompt, UsageError, load_model
from promptkit.data_files import data_path
from promptkit.providers import load as by_name


@pytest.fixture
def nano_base(tmp_path, monkeypatch):
    """A stand-in with the name of the base model: the weights of nano, without its chat template."""
    content = (data_path("models") / "nano.gguf").read_bytes()
    path = tmp_path / "nano-base.gguf"
    path.write_bytes(content.replace(b"tokenizer.chat_template", b"tokenizer.chat_templat3"))
    monkeypatch.setattr(by_name, "data_path", lambda name: tmp_path if name == "models" else data_path(name))
    return path


def test_nano_is_the_chat_model():
    model = load_model("nano", seed=3)
    assert isinstance(model, GGUF)
    assert (model.name, model.chat) == ("nano", True)
    assert model.endpoint.endswith("?seed=3")


def test_nano_base_is_the_base_model(nano_base):
    model = load_model("nano-base")
    assert isinstance(model, GGUF)
    assert (model.name, model.chat) == ("nano-base", False)


def test_nano_base_continues_a_text_and_refuses_turns_before_it_is_loaded(nano_base):
    pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")
    model = load_model("nano-base")
    with pytest.raises(InvalidRequest, match=r"nano-base continues text: .* was given 2; AsText\(model\) writes them"):
        asyncio.run(model.complete(Prompt.of("?", system="Be brief.")))
    assert model._engines._idle[0]._server is None
    reply = asyncio.run(model.complete(Prompt.of("Anna has 3 ", max_tokens=3)))
    asyncio.run(model.aclose())
    assert (reply.by, reply.usage.output_tokens) == ("nano-base", 3)


def test_a_bundled_file_that_is_missing_is_told_by_name(nano_base):
    nano_base.unlink()
    with pytest.raises(UsageError, match=r"nano-base ships with promptkit, and its file is missing: .*nano-base\.gguf"):
        load_model("nano-base")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nanobase", "did you mean nano-base"),
        ("opnai/x", "did you mean openai"),
        ("gguf", "model 'gguf' names no model; write gguf/NAME"),
        ("nobody/x", "providers are nano, nano-base, gguf"),
    ],
)
def test_a_name_that_is_none_is_told_with_the_way_out(name, told):
    with pytest.raises(UsageError, match=told):
        load_model(name)


def test_options_behind_a_name_are_arguments_of_its_class():
    path = data_path("models") / "nano.gguf"
    model = load_model(f"gguf/{path}?temperature=0.5&context=64&top_k=40", seed=2)
    assert isinstance(model, GGUF)
    assert model.default_temperature == 0.5
    assert model.endpoint.partition("?")[2] == "context=64&temperature=0.5&seed=2&extra=%7B%22top_k%22%3A+40%7D"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nano?context=64", "nano has no option 'context'; it has seed"),
        ("gguf/x.gguf?context=many", "gguf: context='many': Input should be a valid integer"),
        ("openai/x?api_key=1", "openai: api_key has no place in a model's name, which is recorded; set the provider's"),
        ("openai/x?top_p", "can't read the option 'top_p' of the model openai/x; write openai/x"),
    ],
)
def test_options_that_can_not_be_are_refused_before_anything_is_loaded(name, told):
    with pytest.raises(UsageError, match=told):
        load_model(name)


def test_an_effort_in_a_model_s_name_is_refused_with_where_it_belongs():
    with pytest.raises(
        UsageError, match=r"^openai: how much a model reasons is no option of its name; give it as `effo"
    ):
        load_model("openai/gpt-6-luna?effort=low")
