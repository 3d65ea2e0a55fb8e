"""Exports of Label Studio: what a person annotated, as JSON or as a small table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promptkit.tasks.columns import Names, Raw, at
from promptkit.tasks.shapes.shape import Part, Shape, every

_OWN = frozenset({"annotation_id", "annotator", "created_at", "updated_at", "lead_time", "id"})


def _text(row: Raw) -> object:
    """The text that was shown: the only one of the data, or the one called so."""
    data = at(row, "data")
    texts = {name: value for name, value in data.items() if isinstance(value, str)} if isinstance(data, Mapping) else {}
    return texts.get("text") or texts.get("question") or next(iter(texts.values()), None)


def _annotated(row: Raw) -> object:
    """What the first annotation that was not cancelled chose, wrote or rated."""
    for annotation in at(row, "annotations") or ():
        if annotation.get("was_cancelled"):
            continue
        for result in annotation.get("result") or ():
            if found := _value(result.get("value") or {}):
                return found
    return None


def _value(value: Mapping[str, Any]) -> object:
    for kind in ("choices", "text", "rating", "number"):
        if kind in value:
            found = value[kind]
            return found[0] if isinstance(found, list) and len(found) == 1 else found
    return None


def _columns(names: Names) -> dict[str, Part]:
    """The text comes first, and what was annotated last."""
    shown = [name for name in names.all if name not in _OWN]
    return {"question": shown[0], "target": shown[-1], "id": "id"} if len(shown) > 1 else {}


def _are_annotations(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


SHAPES = (
    Shape(
        name="Label Studio",
        needs=("data", "annotations"),
        parts={"question": _text, "target": _annotated, "id": "id"},
        uses=("data", "annotations"),
        fits=every("annotations", _are_annotations),
        answer="label",
        note="the target is the first annotation",
    ),
    Shape(
        name="Label Studio",
        needs=("annotation_id", "annotator", "lead_time"),
        find=_columns,
        answer="label",
        note="the target is the annotation",
    ),
)
