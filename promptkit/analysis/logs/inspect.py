"""Logs of Inspect: `.eval`, an archive of JSON, or `.json`."""

from __future__ import annotations

import contextlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from promptkit.analysis.logs.guarded import guarded
from promptkit.analysis.logs.texts import one_or_several, text_of
from promptkit.errors import UsageError
from promptkit.tasks.options import LETTERS
from promptkit.tasks.problems import Unusable
from promptkit.tasks.records.record import MOST_BYTES, Record
from promptkit.text_files import require_file

_STOPS = {"stop": "stop", "max_tokens": "length", "model_length": "length", "content_filter": "refusal"}

_VERDICTS: Mapping[object, bool] = {"C": True, "I": False, "N": False, 1: True, 0: False}


def read_eval(path: Path) -> Iterator[Record]:
    """The samples of an archive, one at a time.

    Raises:
        UsageError: it is no archive of Inspect, or is packed in a way that needs a package.
    """
    require_file(path)
    with contextlib.suppress(ImportError):
        import zipfile_zstd  # noqa: F401 - Inspect's; with it zipfile reads zstd
    try:
        with zipfile.ZipFile(path) as archive:
            names = [one.filename for one in archive.infolist()]
            head = next((name for name in ("header.json", "_journal/start.json") if name in names), None)
            if head is None:
                raise UsageError(f"{path} is not a log of Inspect: it has no header.json")
            spec = _entry(archive, head, path)["eval"]
            samples = [name for name in names if name.startswith("samples/")]
            for number, name in enumerate(samples, start=1):
                yield _placed(_entry(archive, name, path), spec, number)
    except UsageError:  # it is a ValueError, too
        raise
    except NotImplementedError:
        raise UsageError(f"{path} is packed with zstd, which this Python lacks; pip install inspect-ai") from None
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, ValueError, LookupError, TypeError) as error:
        raise UsageError(f"{path} can't be read as a log of Inspect: {error}") from None


def read_samples(log: Mapping[str, Any]) -> Iterator[Record]:
    """The samples of a log that is one JSON object."""
    for number, sample in enumerate(log["samples"], start=1):
        yield _placed(sample, log["eval"], number)


def _entry(archive: zipfile.ZipFile, name: str, path: Path) -> Any:  # noqa: ANN401 - whatever JSON has
    if archive.getinfo(name).file_size > MOST_BYTES:
        raise UsageError(f"{path}: {name} has more than {MOST_BYTES:,} bytes")
    return json.loads(archive.read(name))


def _placed(sample: object, spec: object, number: int) -> Record:
    return guarded(f"sample {number}", number, partial(_sample, sample, spec, number))


def _sample(sample: Any, spec: Any, number: int) -> dict[str, object]:  # noqa: ANN401 - whatever JSON has
    if sample.get("error"):
        raise Unusable(f"it ended in an error: {text_of(sample['error'])!r:.80}")
    output = sample.get("output") or {}
    reply = (output.get("choices") or [{}])[0]
    return {
        "question": _question(sample),
        "target": one_or_several(sample.get("target")),
        "output": text_of((reply.get("message") or {}).get("content")) or output.get("completion"),
        "finish_reason": _STOPS.get(str(reply.get("stop_reason")), "unknown"),
        "item": str(sample.get("id", number)),
        "task": str(spec.get("task") or ""),
        "model": str(spec.get("model") or ""),
        "strategy": str(spec.get("solver") or "inspect"),
        "answer_type": "choice" if sample.get("choices") else None,
        "official_correct": _verdict(sample.get("scores")),
    }


def _question(sample: Mapping[str, Any]) -> str | None:
    asked = text_of(sample.get("input"))
    options = sample.get("choices")
    if not asked or not isinstance(options, list):
        return asked
    return "\n".join([asked, *(f"{letter}. {text}" for letter, text in zip(LETTERS, options, strict=False))])


def _verdict(scores: object) -> bool | None:
    first = next(iter(scores.values()), None) if isinstance(scores, Mapping) else None
    value = first.get("value") if isinstance(first, Mapping) else None
    return _VERDICTS.get(value) if isinstance(value, (str, int, float)) else None
