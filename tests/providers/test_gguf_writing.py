"""A reply of a model in this process while it is written: heard, ended, cut."""

import asyncio

import pytest

from promptkit import GGUF, Prompt, stream_to
from promptkit.data_files import data_path
from promptkit.providers import gguf
from promptkit.providers.llama import work
from promptkit.providers.llama.writing import Writing

pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")

NANO = data_path("models") / "nano.gguf"
STEPS = Prompt.of("Anna has 3 apples. She buys 4 more. How many apples does Anna have?\nThink step by step.")
ENDLESS = {"grammar": 'root ::= "apples and " root'}


def asked(model, prompt=STEPS, listener=None):
    async def once():
        try:
            with stream_to(listener or (lambda _: None)):
                return await model.complete(prompt)
        finally:
            await model.aclose()

    return asyncio.run(once())


@pytest.fixture
def as_a_large_file(monkeypatch):
    monkeypatch.setattr(gguf, "TINY_FILE", 0)
    monkeypatch.setattr(work, "TINY_FILE", 0)


@pytest.mark.parametrize("prompt", [STEPS, STEPS.with_stop("The answer"), STEPS.with_temperature(0.9), "<|im_end|>?"])
@pytest.mark.parametrize("chat", [True, False])
def test_a_reply_that_is_heard_is_the_same_as_one_that_is_not(prompt, chat):
    deltas = []
    heard = asked(GGUF(NANO, chat=chat, max_tokens=60, extra={"ignore_eos": not chat}), prompt, deltas.append)
    alone = asyncio.run(GGUF(NANO, chat=chat, max_tokens=60, extra={"ignore_eos": not chat}).complete(prompt))
    assert heard == alone.model_copy(update={"seconds": heard.seconds})
    assert "".join(delta.text for delta in deltas) == alone.text
    assert len(deltas) > 1


def test_log_probabilities_of_a_heard_reply_are_all_there():
    prompt = STEPS.model_copy(update={"logprobs": 1})
    assert asked(GGUF(NANO), prompt).tokens == asyncio.run(GGUF(NANO).complete(prompt)).tokens


def test_a_listener_that_raises_ends_the_call():
    def listener(delta):
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        asked(GGUF(NANO), listener=listener)


def test_a_cancelled_call_ends_with_its_next_token(as_a_large_file, monkeypatch):
    written, hears = [], Writing.hears

    def cancelled_at_the_third(self, text, thought):
        written.append(text)
        if len(written) == 3:
            loop.call_soon_threadsafe(call.cancel)
            assert self._unwanted.wait(60)
        return hears(self, text, thought)

    async def cancel():
        nonlocal loop, call
        loop = asyncio.get_running_loop()
        model = GGUF(NANO, engines=1, extra={"ignore_eos": True})
        call = asyncio.create_task(model.complete(STEPS))
        with pytest.raises(asyncio.CancelledError):
            await call
        monkeypatch.setattr(Writing, "hears", hears)
        after = await model.complete(STEPS.model_copy(update={"max_tokens": 5}))
        await model.aclose()
        return after

    loop = call = None
    monkeypatch.setattr(Writing, "hears", cancelled_at_the_third)
    after = asyncio.run(cancel())
    assert len(written) == 3
    assert after.usage.output_tokens == 5


def test_a_reply_that_only_repeats_itself_is_cut_off():
    model = GGUF(NANO, cut_repetition=True, extra=ENDLESS)
    whole, cut = asked(GGUF(NANO, extra=ENDLESS)), asked(model)
    assert whole.text.startswith(cut.text)
    assert 1000 <= len(cut.text) < len(whole.text)
    assert cut.usage.output_tokens < whole.usage.output_tokens
    assert (cut.usage.input_tokens, cut.finish_reason) == (whole.usage.input_tokens, "length")
    assert cut.note == "it only repeated itself; repeat_penalty=1.1 may help, and cut_repetition=false lets it go on"
    assert model.endpoint.endswith("?cut_repetition=True&extra=" + model.endpoint.partition("extra=")[2])


def test_a_reply_that_fills_the_context_names_it():
    whole = asked(GGUF(NANO, context=200, extra=ENDLESS))
    assert (whole.finish_reason, whole.note) == (
        "length",
        "the context of 200 tokens is full; raise context, up to 1024",
    )


def test_a_large_file_s_replies_are_limited_and_cut_unless_asked_for(as_a_large_file, monkeypatch):
    monkeypatch.setattr(gguf, "LONGEST_REPLY", 20)
    model = GGUF(NANO, extra={"ignore_eos": True})
    assert (model.default_max_tokens, model.endpoint.partition("?")[2]) == (
        20,
        "reuse_prompts=True&cut_repetition=True&max_tokens=20&extra=%7B%22ignore_eos%22%3A+true%7D",
    )
    reply = asked(model)
    assert (reply.usage.output_tokens, reply.finish_reason, reply.note) == (20, "length", "")
    unlimited = GGUF(NANO, max_tokens=1024, cut_repetition=False, exact=True)
    assert unlimited.endpoint.endswith("?max_tokens=1024")


def test_a_reasoning_model_s_replies_are_limited_later(as_a_large_file, monkeypatch, tmp_path):
    monkeypatch.setattr(gguf, "LONGEST_REPLY", 20)
    monkeypatch.setattr(gguf, "LONGEST_REASONING", 30)
    path = tmp_path / "thinks.gguf"
    old = b"{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    content = NANO.read_bytes()
    assert content.count(old) == 1
    path.write_bytes(
        content.replace(
            old, b"{% if add_generation_prompt %}<|im_start|>assistant\n<think>"[: len(old)].ljust(len(old))
        )
    )
    assert GGUF(path).default_max_tokens == 30


def test_the_bundled_model_s_identity_is_what_it_was():
    assert "?" not in GGUF(NANO).endpoint
    assert GGUF(NANO).default_max_tokens == 1024
