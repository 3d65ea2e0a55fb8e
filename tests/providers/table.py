"""What each provider is asked for, as a table: `python -m tests.providers.table`. Read from the golden requests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "requests"
_HEAD = (
    "| provider | a level of effort | no effort | effort in tokens | schema | image | stream | refused temperature |"
)


def rows() -> list[str]:
    """The table in Markdown, a line each."""
    found = [f"| `{file.stem}` | {' | '.join(_cells(file))} |" for file in sorted(FOLDER.glob("*.json"))]
    return [_HEAD, "|---" * 8 + "|", *found]


def _cells(file: Path) -> list[str]:
    requests = json.loads(file.read_text(encoding="utf-8"))
    asked = ["effort low", "effort none", "effort in tokens", "schema"]
    cells = [_fields(requests[name], requests["plain"]) for name in asked]
    streams = "yes" if requests["streamed"].get("stream") else "no"
    return [*cells, _image(requests["image"]), streams, requests["refused temperature"]]


def _image(request: Any) -> str:
    """The type of the part that has it."""
    if isinstance(request, str):
        return "refused unsent"
    turns = request.get("messages") or request["input"]
    return f'`type="{turns[-1]["content"][0]["type"]}"`'


def _fields(request: Any, plain: dict[str, Any]) -> str:
    """The fields that say it, with the values that are short."""
    if isinstance(request, str):
        return "refused unsent"
    limits = {"max_tokens", "max_completion_tokens", "max_output_tokens"}
    own = {name: value for name, value in request.items() if name not in limits and name not in plain}
    return ", ".join(f"`{_short(name, value)}`" for name, value in own.items()) or "nothing is sent"


def _short(name: str, value: object) -> str:
    if isinstance(value, dict):
        kinds = [_short(f"{name}.{key}", inner) for key, inner in value.items() if key != "json_schema"]
        return kinds[0] if name.endswith(("response_format", "format")) else ", ".join(kinds)
    return f"{name}={json.dumps(value)}"


if __name__ == "__main__":
    print("\n".join(rows()))  # noqa: T201 - a command
