"""What is in a GGUF file, without loading it: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md."""

from __future__ import annotations

import hashlib
import os
import re
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from promptkit.errors import UsageError
from promptkit.text_files import refuse_others

_FORMATS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_KEEP_LESS = ("attention.sliding_window", "attention.kv_lora_rank", "ssm.")  # models that forget, or compress
_ENDS = 50_000_000  # bytes; the head of a file is shorter
_THOUGHTS = re.compile(r"<think|\[THINK\]|<\|channel|enable_thinking|reasoning_content", re.IGNORECASE)
# What makers advise, and what llama.cpp's requests call it.
_ADVICE = {
    f"general.sampling.{key}": field
    for key, field in {
        "temp": "temperature",
        "top_k": "top_k",
        "top_p": "top_p",
        "min_p": "min_p",
        "xtc_probability": "xtc_probability",
        "xtc_threshold": "xtc_threshold",
        "penalty_repeat": "repeat_penalty",
        "penalty_last_n": "repeat_last_n",
        "mirostat": "mirostat",
        "mirostat_tau": "mirostat_tau",
        "mirostat_eta": "mirostat_eta",
    }.items()
}
_FILE_TYPES = """
F32 F16 Q4_0 Q4_1 - - - Q8_0 Q5_0 Q5_1 Q2_K Q3_K_S Q3_K_M Q3_K_L Q4_K_S Q4_K_M Q5_K_S Q5_K_M Q6_K IQ2_XXS IQ2_XS Q2_K_S
IQ3_XS IQ3_XXS IQ1_S IQ4_NL IQ3_S IQ3_M IQ2_S IQ2_M IQ4_XS IQ1_M BF16 - - - TQ1_0 TQ2_0 MXFP4
"""
_QUANTISATIONS = dict(enumerate(_FILE_TYPES.split()))  # numbered as `llama_ftype` in llama.h
_UNKNOWN, _CONTROL, _USER_DEFINED = 2, 3, 4  # kinds of tokens


class Header(NamedTuple):
    """What we need to know of a file.

    Attributes:
        context: the longest text the model was trained on, in tokens; 0 when the file does not state it.
        chat_template: the Jinja source that turns a conversation into text; `""` for a model that only continues text.
        token_bytes: what a token of context takes of memory, at least: its keys and values in 16 bits; 0 when unknown.
        reasons: whether the chat template has a place for thoughts before the answer.
        sampling: how its makers advise to sample, as fields of llama.cpp's request; mostly they don't.
        quantisation: how its weights are written, as in `Q4_K_M`; `""` when the file does not state it.
        layers: how many it has; 0 when the file does not state it.
        control: the texts that llama.cpp reads as one control token wherever they stand, the longest first.
    """

    context: int = 0
    chat_template: str = ""
    token_bytes: int = 0
    reasons: bool = False
    sampling: Mapping[str, float] = {}
    quantisation: str = ""
    layers: int = 0
    control: tuple[str, ...] = ()


def read_header(path: Path) -> Header:
    """Read the head of the file.

    Raises:
        UsageError: there is no such file, it is not GGUF, or it is cut off.
    """
    try:
        refuse_others(path)
        with path.open("rb") as file:
            if file.read(4) != b"GGUF":
                raise UsageError(f"{path} is not a GGUF file: it does not begin with GGUF")
            return _header(_Reader(file))
    except OSError as error:
        raise UsageError(
            f"{path} can't be read: {error.strerror}; correct the path, or see promptkit models"
        ) from error
    except (struct.error, KeyError) as error:  # past the end, or a kind of value that does not exist
        raise UsageError(f"{path} is cut off or damaged; copy or download it again") from error


def fingerprint(path: Path) -> str:
    """What distinguishes the file from others, found in milliseconds.

    `sha256:` and the first 16 digits of the file's SHA-256. Of a file beyond 100 MB, where that would take seconds,
    `sha256-ends:` and the same of its size, its first and its last 50 MB: models differ in all their weights.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= 2 * _ENDS:
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}"
        digest = hashlib.sha256(f"{size}\n".encode())
        for start in (0, size - _ENDS):
            file.seek(start)
            digest.update(file.read(_ENDS))
    return f"sha256-ends:{digest.hexdigest()[:16]}"


def _header(reader: _Reader) -> Header:
    _version, tensors, count = reader.numbers("IQQ")
    facts = {reader.text(): reader.value() for _ in range(count)}
    starts = [reader.tensor() for _ in range(tensors)]
    if starts and reader.file.tell() + max(starts) >= reader.size:
        raise struct.error("past the end")
    template = facts.get("tokenizer.chat_template", b"").decode(errors="replace")
    kind = facts.get("general.architecture", b"").decode() + "."
    own = {name.removeprefix(kind): value for name, value in facts.items() if name.startswith(kind)}
    return Header(
        context=own.get("context_length", 0),
        chat_template=template,
        token_bytes=_token_bytes(own),
        reasons=_THOUGHTS.search(template) is not None,
        sampling={field: _short(facts[key]) for key, field in _ADVICE.items() if key in facts},
        quantisation=_QUANTISATIONS.get(facts.get("general.file_type", -1), ""),
        layers=own.get("block_count", 0),
        control=_control(facts, template),
    )


def _short(number: float) -> float:
    """A number of 32 bits as it was written before: 0.6 rather than 0.6000000238418579."""
    return number if isinstance(number, int) else float(f"{number:.7g}")


def _token_bytes(own: Mapping[str, Any]) -> int:
    heads, layers = own.get("attention.head_count"), own.get("block_count")
    if any(name.startswith(_KEEP_LESS) for name in own) or not isinstance(heads, int) or not heads or not layers:
        return 0
    of_layers = own.get("attention.head_count_kv", heads)
    size = own.get("embedding_length", 0) // heads
    numbers = own.get("attention.key_length", size) + own.get("attention.value_length", size)
    return int(2 * numbers * (of_layers * layers if isinstance(of_layers, int) else sum(of_layers)))


def _control(facts: Mapping[str, Any], template: str) -> tuple[str, ...]:
    kinds = facts.get("tokenizer.ggml.token_type", ())
    special = {
        text.decode(errors="replace"): kind
        for text, kind in zip(facts.get("tokenizer.ggml.tokens", ()), kinds, strict=False)
        if kind in {_UNKNOWN, _CONTROL, _USER_DEFINED}
    }
    # Some models mark their turns with tokens that their makers did not declare as control tokens.
    found = [text for text, kind in special.items() if text and (kind != _USER_DEFINED or text in template)]
    return tuple(sorted(found, key=len, reverse=True))


class _Reader:
    """Reads one value after another."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.size = os.fstat(file.fileno()).st_size

    def numbers(self, formats: str) -> tuple[Any, ...]:
        return struct.unpack("<" + formats, self._bytes(struct.calcsize("<" + formats)))

    def string(self) -> bytes:
        (length,) = self.numbers("Q")
        return self._bytes(length)

    def text(self) -> str:
        return self.string().decode(errors="replace")

    def value(self) -> Any:  # noqa: ANN401 - a number, bytes, or a sequence of one of these
        (kind,) = self.numbers("I")
        return self._array() if kind == _ARRAY else self._plain(kind)

    def tensor(self) -> int:
        """Where the tensor described here begins, counted from the end of the head."""
        self.text()
        (dimensions,) = self.numbers("I")
        return int(self.numbers(f"{dimensions}QIQ")[-1])

    def _bytes(self, count: int) -> bytes:
        read = self.file.read(count) if count <= self.size else b""  # else it may not fit into memory
        if len(read) < count:
            raise struct.error("past the end")
        return read

    def _plain(self, kind: int) -> Any:  # noqa: ANN401
        return self.string() if kind == _STRING else self.numbers(_FORMATS[kind])[0]

    def _array(self) -> Any:  # noqa: ANN401
        kind, length = self.numbers("IQ")
        if kind in {_STRING, _ARRAY}:
            return [self.string() if kind == _STRING else self._array() for _ in range(length)]
        return self.numbers(f"{length}{_FORMATS[kind]}")
