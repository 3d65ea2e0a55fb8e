import pytest

from promptkit import UsageError
from promptkit.providers.model_options import split_options, with_options


def test_a_name_without_options_is_itself():
    assert split_options("openai/gpt-5-mini") == ("openai/gpt-5-mini", {})


def test_values_are_of_json_or_text():
    name, options = split_options(
        'gguf/a.gguf?context=8192&top_p=0.9&chat=false&seed=null&reasoning_effort=low&thinking={"type":"disabled"}&x=NaN'
    )
    assert name == "gguf/a.gguf"
    assert options == {
        "context": 8192,
        "top_p": 0.9,
        "chat": False,
        "seed": None,
        "reasoning_effort": "low",
        "thinking": {"type": "disabled"},
        "x": "NaN",
    }


def test_a_percent_sign_writes_what_would_end_a_value():
    assert split_options("m?a=x%26y%3D1&b=1+1") == ("m", {"a": "x&y=1", "b": "1+1"})


@pytest.mark.parametrize("name", ["m?", "m?a", "m?=1", "m?a=1&", "m?a=1&a=2"])
def test_what_can_not_be_read_is_refused(name):
    with pytest.raises(UsageError, match="the model m"):
        split_options(name)


def test_options_are_written_so_that_they_read_back():
    options = {"effort": "low", "n": "1", "t": 0.5, "deep": {"a": [1, "b&c=%?+"]}, "off": None, "Größe": "ä "}
    written = with_options("m?effort=high&top_p=1", options)
    assert split_options(written) == ("m", {"top_p": 1, **options})
