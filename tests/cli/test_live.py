"""`promptkit ask` on a terminal: what the model says is seen before it has said all."""

import os
import pty
import threading

import pytest

from promptkit.cli.app import main
from tests.loopback import Fault, faults

FIRST_PIECE = 400  # bytes of a stream: its head and the first words
ERASED = "\x1b[2K"


class Terminal:
    """`promptkit ask` in a thread, with a terminal for its standard output."""

    def __init__(self, monkeypatch, *arguments):
        self.seen = ""
        self._screen, keyboard = pty.openpty()
        self._out = os.fdopen(keyboard, "w")
        monkeypatch.setattr("sys.stdout", self._out)
        monkeypatch.setattr("sys.argv", ["promptkit", "ask", "q", "--model", "openai/m", *arguments])
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        try:
            main()
        except SystemExit as end:
            self.code = end.code
        finally:
            self._out.close()

    def read_until(self, text):
        """Read until `text` has been shown."""
        while text not in self.seen:
            self.seen += os.read(self._screen, 4096).decode()

    def read_to_the_end(self):
        """What stands there at the end, without what was erased."""
        try:
            while piece := os.read(self._screen, 4096):
                self.seen += piece.decode()
        except OSError:  # how a terminal tells that nobody writes to it any more
            pass
        os.close(self._screen)
        self._thread.join()
        return self.seen.rpartition(ERASED)[2].replace("\r\n", "\n")


@pytest.fixture
def terminal(openai, monkeypatch):
    """Opens a terminal; retries wait no time."""
    for name, value in {"COLUMNS": "60", "LINES": "12", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("promptkit.wrappers.retry._jitter", lambda _: 0.0)
    return lambda *arguments: Terminal(monkeypatch, *arguments)


def test_the_reply_is_seen_while_it_comes_and_stands_alone_at_the_end(openai, terminal):
    openai.answer = lambda turns: "First words, and then the end."
    openai.then(Fault(delivery="halting", piece=FIRST_PIECE))
    shown = terminal()
    shown.read_until("First")
    assert "end." not in shown.seen
    openai.go_on.set()
    assert shown.read_to_the_end() == "First words, and then the end.\n"
    assert shown.code == 0


def test_several_calls_are_seen_under_their_paths(openai, terminal):
    openai.then(*[Fault(delivery="halting", piece=FIRST_PIECE)] * 3)
    shown = terminal("--strategy", "self-consistency(draws=3)", "--answer", "number")
    for number in range(3):
        shown.read_until(f"draw {number}: ")
    openai.go_on.set()
    assert shown.read_to_the_end() == "The answer is 24.\n"


def test_a_reply_that_breaks_off_vanishes_and_the_next_is_shown(openai, terminal):
    openai.then(Fault(events=faults.before_last_piece))
    assert terminal().read_to_the_end() == "The answer is 24.\n"
    assert len(openai.requests) == 2


def test_an_error_is_told_when_the_reply_has_vanished(openai, terminal, capfd):
    openai.then(Fault(events=faults.then_error("invalid_request_error", "no more of it")))
    shown = terminal()
    assert shown.read_to_the_end().strip() == ""
    assert shown.code == 2
    assert "no more of it" in capfd.readouterr().err


def test_what_is_shown_has_no_control_characters_of_the_model(openai, terminal):
    openai.answer = lambda turns: "red \x1b[31m and a bell \x07"
    openai.then(Fault(delivery="halting", piece=FIRST_PIECE))
    shown = terminal()
    shown.read_until("red")
    openai.go_on.set()
    assert shown.read_to_the_end() == "red ␛[31m and a bell ␇\n"
    assert "\x1b[31m" not in shown.seen


def test_json_is_not_streamed(openai, terminal):
    assert '"text": "The answer is 24."' in terminal("--json").read_to_the_end()
    assert "stream" not in openai.requests[0].body


def test_nothing_is_streamed_where_standard_output_is_no_terminal(openai, promptkit):
    assert promptkit("ask", "q", "--model", "openai/m").out == "The answer is 24.\n"
    assert "stream" not in openai.requests[0].body
