"""Conditions as JUnit XML, which CI servers show."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

from promptkit.analysis.gate import Check
from promptkit.errors import UsageError

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what no XML may hold


def write_junit(found: Sequence[Check], output: Path) -> None:
    """Write a suite for each task and model, and in it a case for each condition.

    One that is shown is a failure, one that can't be told an error.

    Raises:
        UsageError: the file can't be written.
    """
    root = ET.Element("testsuites", name="promptkit")
    for task, model in dict.fromkeys((check.task, check.model) for check in found):
        of_both = [check for check in found if (check.task, check.model) == (task, model)]
        counts = {"tests": len(of_both)}
        counts |= {name: sum(c.state == state for c in of_both) for state, name in _STATES.items()}
        attributes = {"name": _text(f"{task} · {model}"), **{name: str(count) for name, count in counts.items()}}
        suite = ET.SubElement(root, "testsuite", attributes)
        for check in of_both:
            case = ET.SubElement(suite, "testcase", classname=_text(task), name=_text(check.condition.text), time="0")
            if check.state in _STATES:
                tag = _STATES[check.state].removesuffix("s")
                ET.SubElement(case, tag, message=_text(check.sentence()), type=check.state)
            else:
                ET.SubElement(case, "system-out").text = _text(check.sentence())
    ET.indent(root)
    try:
        output.write_bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")
    except OSError as error:
        raise UsageError(f"--junit {output} can't be written: {error.strerror}") from None


_STATES = {"shown": "failures", "unclear": "errors"}


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
