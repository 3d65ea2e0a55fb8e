"""The progress of a run on standard error: two lines on a terminal, and elsewhere a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from promptkit.bench.meter import Meter
from promptkit.formatting import dollars, inline, on_terminal, plain
from promptkit.terminal import Terminal

EVERY = 30.0  # seconds between two lines where standard error is not a terminal
_NAME, _BAR = 24, 16  # columns


@contextmanager
def shown_progress(meter: Meter, title: str) -> Iterator[None]:
    """Show what `meter` counts, under `title`, while the block runs."""
    console = Terminal(stderr=True)
    if not console.is_terminal:
        meter.changed = _printing(meter, title)
        yield
        return
    with Live(console=console, refresh_per_second=4, get_renderable=lambda: _lines(meter, title, console.width)):
        yield


def _printing(meter: Meter, title: str) -> Callable[[], None]:
    """Prints a line about `meter` when the last one is some time ago."""
    printed = meter.started

    def changed() -> None:
        nonlocal printed
        if meter.clock() - printed >= EVERY:
            printed = meter.clock()
            parts = [_attempts(meter), _calls(meter), _times(meter), *_batches(meter), *_troubles(meter)]
            sys.stderr.write(on_terminal(f"{title}: {', '.join(parts)}") + "\n")

    return changed


def _lines(meter: Meter, title: str, width: int) -> RenderableType:
    counts = Text(f"{_attempts(meter)}, {_times(meter)}")
    room = width - len(counts) - 1
    name = Text(plain(title))
    name.truncate(max(0, min(_NAME, room - _BAR - 1)), overflow="ellipsis")
    top = Table.grid(padding=(0, 1, 0, 0))
    bar = ProgressBar(total=meter.all_calls() or 1, completed=meter.answered(), width=max(1, min(_BAR, room)))
    counts.no_wrap = True
    top.add_row(*([name] if name else []), bar, counts)
    lines = [Text(plain(text)) for text in (_calls(meter), *_batches(meter))]
    lines += [*(Text(plain(trouble), style="yellow") for trouble in _troubles(meter))]
    for line in lines:
        line.truncate(width, overflow="ellipsis")
    return Group(top, *lines)


def _attempts(meter: Meter) -> str:
    return f"{meter.done.total():,}/{sum(meter.attempts.values()):,} attempts"


def _calls(meter: Meter) -> str:
    failed = f", {meter.failed:,} failed attempts" if meter.failed else ""
    cost = meter.cost()
    spent = "cost unknown" if cost is None else dollars(cost)
    return f"{meter.calls:,} calls, {meter.rate():.1f}/s, {meter.tokens():,} tokens, {spent}{failed}"


def _troubles(meter: Meter) -> list[str]:
    """`openai/m has not answered for 2:05, next try in 0:38: …`, for each model in an outage."""
    shown, now = [], meter.clock()
    for trouble in tuple(meter.troubles.values()):
        seconds = trouble.next_try - now
        next_try = f"next try in {_clock(seconds)}" if seconds > 0 else "trying again"
        error = inline(str(trouble.error))
        shown.append(f"{trouble.model} has not answered for {_clock(now - trouble.since)}, {next_try}: {error}")
    return shown


def _batches(meter: Meter) -> list[str]:
    """`2 batches at openai/m: 120 of 400 calls done, the oldest for 0:12:10`, for each model with some."""
    shown, now = [], time.time()
    for model in dict.fromkeys(batch.model for batch in meter.batches):
        of_model = [batch for batch in meter.batches if batch.model == model]
        done, calls = sum(batch.done for batch in of_model), sum(batch.calls for batch in of_model)
        count = "1 batch" if len(of_model) == 1 else f"{len(of_model)} batches"
        oldest = _clock(max(0.0, now - min(batch.made for batch in of_model)))
        shown.append(f"{count} at {model}: {done:,} of {calls:,} calls done, the oldest for {oldest}")
    return shown


def _times(meter: Meter) -> str:
    left = meter.seconds_left()
    return f"{_clock(meter.clock() - meter.started)}, " + (
        "time left unknown" if left is None else f"{_clock(left)} left"
    )


def _clock(seconds: float) -> str:
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
