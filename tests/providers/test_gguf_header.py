import asyncio
import hashlib
import random
import struct

import pytest

from promptkit import GGUF, Prompt, UsageError
from promptkit.data_files import data_path
from promptkit.providers.llama import gguf_header as _gguf_file
from promptkit.providers.llama.gguf_header import Header, fingerprint, read_header

NANO = data_path("models") / "nano.gguf"
STRING, UINT32, INT32, FLOAT32, ARRAY = 8, 4, 5, 6, 9


def string(text):
    return struct.pack("<Q", len(text.encode())) + text.encode()


def strings(*texts):
    return struct.pack("<IIQ", ARRAY, STRING, len(texts)) + b"".join(map(string, texts))


def numbers(*values):
    return struct.pack(f"<IIQ{len(values)}i", ARRAY, INT32, len(values), *values)


def written(path, **facts):
    body = b"".join(string(name.replace("__", ".")) + value for name, value in facts.items())
    path.write_bytes(struct.pack("<4sIQQ", b"GGUF", 3, 0, len(facts)) + body)
    return path


def test_the_head_of_the_bundled_model_is_read():
    header = read_header(NANO)
    assert header.context >= 512
    assert "messages" in header.chat_template
    assert any(text in header.chat_template for text in header.control)


def test_a_token_counts_as_control_when_declared_so_or_when_the_template_writes_it(tmp_path):
    path = written(
        tmp_path / "f.gguf",
        general__architecture=struct.pack("<I", STRING) + string("some"),
        some__context_length=struct.pack("<II", UINT32, 77),
        tokenizer__chat_template=struct.pack("<I", STRING) + string("{{ '<turn>' }}{{ messages }}"),
        tokenizer__ggml__tokens=strings("plain", "<unk>", "<s>", "<turn>", "<b>", ""),
        tokenizer__ggml__token_type=numbers(1, 2, 3, 4, 4, 3),
    )
    header = read_header(path)
    assert (header.context, header.chat_template) == (77, "{{ '<turn>' }}{{ messages }}")
    assert header.control == ("<turn>", "<unk>", "<s>")


LAYERS = {
    "general__architecture": struct.pack("<I", STRING) + string("some"),
    "some__block_count": struct.pack("<II", UINT32, 3),
    "some__embedding_length": struct.pack("<II", UINT32, 64),
    "some__attention__head_count": struct.pack("<II", UINT32, 4),
}


@pytest.mark.parametrize(
    ("facts", "token_bytes"),
    [
        ({}, 2 * 3 * 4 * (16 + 16)),
        ({"some__attention__head_count_kv": struct.pack("<II", UINT32, 2)}, 2 * 3 * 2 * (16 + 16)),
        ({"some__attention__head_count_kv": numbers(2, 0, 1)}, 2 * 3 * (16 + 16)),
        ({"some__attention__key_length": struct.pack("<II", UINT32, 20)}, 2 * 3 * 4 * (20 + 16)),
        ({"some__attention__sliding_window": struct.pack("<II", UINT32, 512)}, 0),
        ({"some__block_count": struct.pack("<II", UINT32, 0)}, 0),
    ],
)
def test_what_a_token_takes_of_memory_is_told_where_it_follows_from_the_head(tmp_path, facts, token_bytes):
    assert read_header(written(tmp_path / "f.gguf", **{**LAYERS, **facts})).token_bytes == token_bytes


def test_a_file_that_says_nothing_is_read(tmp_path):
    assert read_header(written(tmp_path / "f.gguf")) == Header()


@pytest.mark.parametrize("content", [b"", b"GG", b"a text, and not a short one"])
def test_a_file_that_is_not_gguf_is_told_by_name(tmp_path, content):
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"model\.gguf is not a GGUF file"):
        GGUF(path)


def test_a_file_that_is_missing_or_a_folder_is_told_by_name(tmp_path):
    with pytest.raises(UsageError, match=r"absent\.gguf can't be read: No such file"):
        GGUF(tmp_path / "absent.gguf")
    with pytest.raises(UsageError, match="is a folder; name a file"):
        GGUF(tmp_path)


def test_a_file_cut_anywhere_before_its_last_tensor_is_noticed_without_loading_it(tmp_path):
    content = NANO.read_bytes()
    path = tmp_path / "cut.gguf"
    for length in random.Random(0).sample(range(5, len(content) - 400_000), 100):
        path.write_bytes(content[:length])
        with pytest.raises(UsageError, match=r"cut\.gguf is cut off or damaged"):
            read_header(path)


def test_a_head_with_absurd_numbers_is_damaged(tmp_path):
    path = tmp_path / "odd.gguf"
    for rest in (struct.pack("<IQQ", 3, 2**63, 2**63), struct.pack("<IQQQ", 3, 0, 1, 2**63)):
        path.write_bytes(b"GGUF" + rest)
        with pytest.raises(UsageError, match="cut off or damaged"):
            read_header(path)


def test_a_file_cut_in_its_last_tensor_is_noticed_by_the_first_call(tmp_path):
    pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")
    path = tmp_path / "cut.gguf"
    path.write_bytes(NANO.read_bytes()[:-100])
    with pytest.raises(UsageError, match=r"could not load .*cut\.gguf: it is cut off"):
        asyncio.run(GGUF(path).complete(Prompt.of("?")))


def test_the_fingerprint_of_a_small_file_begins_its_sha256():
    assert hashlib.sha256(NANO.read_bytes()).hexdigest().startswith(fingerprint(NANO).removeprefix("sha256:"))


def test_the_fingerprint_of_a_large_file_tells_its_length_and_its_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(_gguf_file, "_ENDS", 10)
    contents = [b"a" * 30, b"a" * 31, b"b" + b"a" * 29, b"a" * 29 + b"b"]
    found = set()
    for content in contents:
        path = tmp_path / "f"
        path.write_bytes(content)
        found.add(fingerprint(path))
    assert len(found) == len(contents)
    assert all(f.startswith("sha256-ends:") for f in found)


def test_what_the_makers_advise_about_sampling_is_followed_unless_asked_otherwise(tmp_path):
    path = written(
        tmp_path / "f.gguf",
        general__file_type=struct.pack("<II", UINT32, 15),
        general__sampling__temp=struct.pack("<If", FLOAT32, 0.6),
        general__sampling__top_k=struct.pack("<II", UINT32, 20),
        general__sampling__penalty_repeat=struct.pack("<If", FLOAT32, 1.05),
    )
    assert read_header(path).quantisation == "Q4_K_M"
    assert read_header(path).sampling == {"temperature": 0.6, "top_k": 20, "repeat_penalty": 1.05}
    advised, asked = GGUF(path), GGUF(path, temperature=0.0, extra={"top_k": 40})
    assert (advised.default_temperature, asked.default_temperature) == (0.6, 0.0)
    sent = [model._sampling.request(Prompt.of("?")) for model in (advised, asked)]
    assert [(r["temperature"], r["top_k"], r["repeat_penalty"]) for r in sent] == [(0.6, 20, 1.05), (0.0, 40, 1.05)]
    assert "top_k" in advised.endpoint


@pytest.mark.parametrize(("template", "context", "limit"), [("{{ messages }}", 4096, 1024), ("<think>", 8192, 4096)])
def test_a_model_that_reasons_has_room_for_its_thoughts(tmp_path, template, context, limit):
    facts = {
        "general__architecture": struct.pack("<I", STRING) + string("some"),
        "some__context_length": struct.pack("<II", UINT32, 131072),
        "tokenizer__chat_template": struct.pack("<I", STRING) + string(template),
    }
    model = GGUF(written(tmp_path / "f.gguf", **facts))
    assert model._engines._idle[0]._settings.context == context
    assert model.default_max_tokens == limit
