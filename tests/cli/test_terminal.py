"""Text of others on a terminal: error messages, names and replies are shown, and never obeyed."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from rich.text import Text

from promptkit.cli.output import json_text
from promptkit.formatting import on_terminal
from promptkit.terminal import Terminal
from tests.loopback.faults import Fault
from tests.report.runs import record

ROOT = Path(__file__).parents[2]
TITLE = "\x1b]0;PWNED\x07"  # sets the window's title
HOSTILE = f"a{TITLE}b\x1b[2Jc\x9b31md\x08\x08e\rFAKE\u202egnp.exe\x7f"
SHOWN = "a␛]0;PWNED␇b␛[2Jc\ufffd31md␈␈e␍FAKE\\u202egnp.exe␡"
# fmt: off
OBEYED = [chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) == "Cc" and chr(n) not in "\t\n"]
TURNING = [chr(n) for n in range(0x110000) if unicodedata.bidirectional(chr(n)) in
           {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}] + ["\u200e", "\u200f", "\u061c"]
# fmt: on


def test_no_control_character_and_no_change_of_direction_is_left():
    text = "".join(OBEYED + TURNING)
    assert not set(on_terminal(f"x{text}x")) & {*OBEYED, *TURNING}
    assert len(OBEYED) + len(TURNING) == 63 + 12


def test_ordinary_text_is_shown_as_it_is():
    text = "Tabs\tand lines\nand 北京, Österreich, 👩‍🔬, مرحبا.\n"
    assert on_terminal(text) == text
    assert on_terminal("one\r\ntwo\r\n") == "one\ntwo\n"


def test_json_escapes_what_a_terminal_obeys_and_means_the_same():
    text = json_text({HOSTILE: [HOSTILE, "北京"]})
    assert not set(text) & {*OBEYED, *TURNING}
    assert json.loads(text) == {HOSTILE: [HOSTILE, "北京"]}
    assert "北京" in text


def test_a_console_shows_what_is_in_its_texts_and_keeps_its_own_colours():
    console = Terminal(force_terminal=True, color_system="standard", width=200)
    with console.capture() as captured:
        console.print(Text(HOSTILE, "bold"))
    shown = re.sub("[␇␈␍]", "", SHOWN)  # a `Text` leaves these out by itself
    assert captured.get() == f"\x1b[1m{shown}\x1b[0m\n"


class Screen:
    """Runs a command line with a terminal around it; what arrived there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str) -> str:
        mine, theirs = pty.openpty()
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLUMNS": "200"}
        command = [sys.executable, "-c", "from promptkit.cli.app import main; main()", *arguments]
        process = subprocess.Popen(
            command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        written = bytearray()
        while select.select([mine], [], [], 60)[0]:
            try:
                written += os.read(mine, 65536)
            except OSError:  # the other end was closed
                break
        process.wait(60)
        os.close(mine)
        return written.decode("utf-8", "replace").replace("\r\n", "\n")


@pytest.fixture
def screen(tmp_path):
    return Screen(tmp_path)


def assert_shown(written: str) -> None:
    """The hostile text is there, in full or in part, and none of it as an order."""
    assert "PWNED" in written
    for order in (TITLE, "\x1b]", "\x07", "\x1b[2Jc", "\x9b", "\rFAKE", "\u202e", "\x08"):
        assert order not in written, repr(written)


def test_a_reply_is_shown_while_it_comes_and_at_the_end(screen, openai):
    openai.answer = lambda turns: HOSTILE
    written = screen("ask", "?", "-m", "openai/mock", "-s", "cot", "--trace")
    assert_shown(written)
    assert SHOWN in written


def test_a_reply_that_is_piped_is_the_reply(promptkit, openai):
    openai.answer = lambda turns: HOSTILE
    assert promptkit("ask", "?", "-m", "openai/mock").out == HOSTILE + "\n"


@pytest.mark.parametrize("command", [["ask", "?"], ["bench", "t.jsonl", "--answer", "number", "-s", "direct"]])
def test_an_error_of_a_server_is_shown(screen, tmp_path, openai, command):
    (tmp_path / "t.jsonl").write_text('{"question": "3 + 4?", "target": "7"}\n')
    openai.then(Fault(status=401, message=HOSTILE))
    assert_shown(screen(*command, "-m", "openai/mock"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "?", "-s", HOSTILE],
        ["ask", "?", "-m", HOSTILE],
        ["ask", "?", HOSTILE],
        ["bench", f"{HOSTILE}.jsonl"],
        ["preview", HOSTILE, "-s", "cot"],
        ["template", "show", HOSTILE],
        ["score", f"{HOSTILE}.jsonl"],
        ["choose", HOSTILE],
        ["report", "r", "--format", HOSTILE],
    ],
    ids=lambda arguments: arguments[0],
)
def test_what_was_typed_is_shown_where_an_error_quotes_it(screen, arguments):
    assert_shown(screen(*arguments))


@pytest.mark.parametrize("command", ["choose", "rescore", "power", "flips"])
def test_names_of_a_record_are_shown_in_tables(screen, tmp_path, command):
    name = "cot+reflect" if command == "flips" else HOSTILE
    outcomes = {name: "wcccw", "cot": "cccuw", "direct": "cwwcw"}
    record(tmp_path / "r", outcomes, task=HOSTILE, model=HOSTILE, question=HOSTILE, reply=HOSTILE)
    assert_shown(screen(command, "r", *(["--difference", "0.1"] if command == "power" else [])))


def test_names_of_a_task_are_shown_in_a_run(screen, tmp_path, openai):
    row = json.dumps({"question": f"{HOSTILE}?", "target": "7", "id": HOSTILE})
    (tmp_path / "d.jsonl").write_text(row + "\n")
    (tmp_path / "t.yaml").write_text(json.dumps({"name": HOSTILE, "answer": "number", "data": "d.jsonl"}))
    openai.answer = lambda turns: HOSTILE
    assert_shown(screen("bench", "t.yaml", "-m", "openai/mock", "-s", "direct", "--run", "r"))


def test_a_json_on_the_terminal_is_shown(screen, openai):
    openai.answer = lambda turns: HOSTILE
    written = screen("ask", "?", "-m", "openai/mock", "--json")
    assert_shown(written)
    assert json.loads(re.sub(r"^[^{]*", "", written))["text"] == HOSTILE
