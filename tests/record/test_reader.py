import asyncio
import gc
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from promptkit.answers import AnswerType
from promptkit.errors import UsageError
from promptkit.outcomes import Attempt
from promptkit.record.reader import open_run, read_configuration
from promptkit.record.writer import RunWriter
from promptkit.tasks import Item, Task
from promptkit.types import Completion, Prompt
from tests.cli.conftest import promptkit  # noqa: F401 - a fixture
from tests.record.runs import old_run, state

READING = {
    "choose": ("choose", "RUN"),
    "power": ("power", "RUN", "--difference", "0.1"),
    "flips": ("flips", "RUN"),
    "curve": ("curve", "RUN"),
    "rescore": ("rescore", "RUN"),
    "report": ("report", "RUN", "--output", "OUT"),
}
READ_ONLY = "mount --bind {0} {0} && mount -o remount,bind,ro {0} && {1}"  # in a mount namespace of its own


@pytest.fixture
def run(tmp_path):
    return old_run(tmp_path / "run")


def attempt(number, **more):
    return Attempt("sums", "direct", "m", str(number), "correct", **more)


def arguments(command, run, tmp_path):
    places = {"RUN": str(run), "OUT": str(tmp_path / "report.md")}
    return [places.get(word, word) for word in READING[command]]


def killed(directory):
    """What is left of a run whose process was killed: what it committed last is in the write-ahead log alone."""
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom promptkit.outcomes import Attempt\n"
        "from promptkit.record.writer import RunWriter\nwriter = RunWriter(Path(sys.argv[1]))\n"
        "writer.begin({'model': 'm'})\nwriter.add(Attempt('sums', 'direct', 'm', '1', 'correct'))\n"
        "writer.flush()\nos._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(directory)], check=False)
    assert (directory / "run.sqlite-wal").stat().st_size
    return directory


def found(directory):
    with open_run(directory) as run:
        return [attempt.item for attempt in run.attempts()]


def in_read_only(directory, *command):
    """The result of a command that sees `directory` mounted read-only."""
    script = READ_ONLY.format(directory, '"$@"')
    unshared = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    if shutil.which("unshare") is None or subprocess.run([*unshared, "true"], capture_output=True).returncode:
        pytest.skip("this system does not let a test mount anything")
    return subprocess.run([*unshared, *map(str, command)], capture_output=True, text=True)


@pytest.mark.parametrize("command", READING)
def test_what_only_reads_leaves_no_trace(promptkit, run, tmp_path, command):  # noqa: F811
    before = state(run)
    assert promptkit(*arguments(command, run, tmp_path)).code == 0
    assert state(run) == before


@pytest.mark.parametrize("command", READING)
def test_a_run_on_a_read_only_disk_is_read(run, tmp_path, command):
    told = in_read_only(run, sys.executable, "-m", "promptkit", *arguments(command, run, tmp_path))
    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize("index", [True, False], ids=["with its index", "without its index"])
def test_a_killed_run_on_a_read_only_disk_is_read_to_its_last_commit(tmp_path, index):
    run = killed(tmp_path / "run")
    if not index:
        (run / "run.sqlite-shm").unlink()
    counting = (
        "import sys\nfrom pathlib import Path\nfrom promptkit.record.reader import open_run\n"
        "with open_run(Path(sys.argv[1])) as run:\n    print(len(list(run.attempts())))"
    )
    told = in_read_only(run, sys.executable, "-c", counting, run)
    assert (told.stdout, told.stderr) == ("1\n", "")


@pytest.mark.parametrize("index", [True, False], ids=["with its index", "without its index"])
def test_a_killed_run_is_read_to_its_last_commit_and_not_touched(tmp_path, index):
    run = killed(tmp_path / "run")
    if not index:
        (run / "run.sqlite-shm").unlink()
    before = state(run)
    assert found(run) == ["1"]
    assert state(run) == before


def test_a_run_is_read_while_it_goes_on_and_so_is_a_copy(tmp_path):
    writer = RunWriter(tmp_path / "run")
    writer.begin({"model": "m"})
    writer.add(attempt(1))
    writer.flush()
    shutil.copytree(tmp_path / "run", tmp_path / "copy")
    assert found(tmp_path / "run") == found(tmp_path / "copy") == ["1"]
    writer.add(attempt(2))
    writer.flush()
    assert found(tmp_path / "run") == ["1", "2"]
    assert found(tmp_path / "copy") == ["1"]
    writer.close()


def test_all_reads_see_the_state_in_which_the_run_was_opened(tmp_path):
    writer = RunWriter(tmp_path)
    writer.begin({"model": "m"})
    writer.add(attempt(1))
    writer.flush()
    with open_run(tmp_path) as run:
        writer.add(attempt(2))
        writer.flush()
        assert [a.item for a in run.attempts()] == ["1"]
    writer.close()


def test_reading_goes_on_while_thousands_of_attempts_are_written(tmp_path):
    writer = RunWriter(tmp_path)
    writer.begin({"model": "m"})
    for number in range(2000):
        writer.add(attempt(number))
    writer.flush()

    def write():
        for number in range(2000, 12000):  # enough for several checkpoints of the log
            writer.add(attempt(number, error="x" * 200))

    writing = threading.Thread(target=write)
    writing.start()
    counts = [len(found(tmp_path)) for _ in range(5)]
    writing.join()
    writer.close()
    assert counts == sorted(counts)
    assert counts[0] >= 2000
    assert len(found(tmp_path)) == 12000


def test_a_run_at_rest_that_is_written_while_it_is_read_is_an_error(run):
    def written_while_it_is_read():
        with open_run(run):
            writer = RunWriter(run)
            writer.begin({"model": "m"})
            writer.close()

    with pytest.raises(UsageError, match="it was changed meanwhile; read it again"):
        written_while_it_is_read()


def test_a_directory_without_a_run_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"is not a run directory: it has no run\.sqlite; `promptkit bench --run DIR`"):
        found(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_attempts_has_a_configuration_but_nothing_to_analyse(tmp_path):
    writer = RunWriter(tmp_path)
    writer.begin({"model": "m"})
    writer.close()
    with pytest.raises(UsageError, match="has no attempts; resume it with: promptkit resume"):
        found(tmp_path)
    with open_run(tmp_path, may_be_empty=True) as run:
        assert run.configuration == read_configuration(tmp_path) == {"model": "m"}


def test_a_run_that_was_killed_before_it_began_has_no_configuration(tmp_path):
    assert read_configuration(tmp_path) == {}
    (tmp_path / "run.sqlite").touch()
    assert read_configuration(tmp_path) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE attempts SET usage = 'none'",
        "UPDATE attempts SET calls = '[1]'",
        "UPDATE calls SET prompt = '{}'",
        "UPDATE calls SET finish_reason = 'tired'",
        "UPDATE tasks SET labels = 'none'",
        "UPDATE run SET configuration = '1'",
        "DROP TABLE attempts",
    ],
)
def test_a_damaged_record_is_named(run, statement):
    with closing(sqlite3.connect(run / "run.sqlite")) as connection, connection:
        connection.execute(statement)
    with pytest.raises(UsageError, match=r"run\.sqlite can't be read as a run's record"), open_run(run) as opened:
        list(opened.judgeable(lambda attempt: attempt.calls))


def test_calls_are_found_by_their_keys_with_what_judges_them(run):
    with open_run(run) as opened:
        first = next(opened.judgeable(lambda attempt: attempt.calls))
        assert [call.key for _, call in first.calls] == [key for _, key in first.attempt.calls]
        assert {call.cached for _, call in first.calls} == {True}
        assert first.outcome(first.calls[0][1]) == first.attempt.outcome
        assert first.answer_type == opened.answer_types["compare"]
        assert (first.question, first.target) in {(item.question, item.target) for item in opened.items()}


def test_calls_are_read_for_a_few_attempts_at_a_time(tmp_path):
    items = 3000

    async def recorded(writer):
        puts = []
        for number in range(items):
            prompt = Prompt.of(f"{number}?")
            call = Completion(text="7", prompt=prompt, by="m", key=str(number))
            puts.append(writer.calls.put(call.key, "", call))
            writer.add(attempt(number, calls=(("", call.key),), reply=call.key))
        await asyncio.gather(*puts)

    writer = RunWriter(tmp_path)
    asked = tuple(Item(str(number), f"{number}?", "7") for number in range(items))
    writer.begin({"model": "m"}, [Task("sums", AnswerType("number"), asked)])
    asyncio.run(recorded(writer))
    writer.close()
    before = alive(Completion)
    with open_run(tmp_path) as run:
        most = max(alive(Completion) for number, _ in enumerate(run.judgeable(lambda a: a.calls)) if number % 500 == 0)
    assert 0 < most - before < items / 5


def alive(kind):
    gc.collect()
    return sum(type(thing) is kind for thing in gc.get_objects())


def test_a_damaged_row_is_refused_in_one_line_that_names_the_field(run):
    with closing(sqlite3.connect(run / "run.sqlite")) as database, database:
        database.execute('UPDATE attempts SET usage = \'{"calls": "many"}\'')
    with pytest.raises(UsageError) as caught, open_run(run) as opened:
        list(opened.attempts())
    assert str(caught.value).endswith(
        "can't be read as a run's record: Usage of a row: calls: "
        "Input should be a valid integer, unable to parse string as an integer"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("attempts SET outcome = 'great'", "there is no outcome 'great'"),
        ("attempts SET seconds = 'long'", "seconds of a row is 'long'"),
        ("attempts SET draw = 'first'", "replicate of a row is 'first'"),
        ("attempts SET answer = x'ff'", "answer of a row is b'\\xff'"),
        ("items SET target = x'ff'", "an item has b'\\xff', which is not text"),
    ],
)
def test_a_row_of_other_values_than_promptkit_writes_is_refused(run, change, message):
    with closing(sqlite3.connect(run / "run.sqlite")) as database, database:
        database.execute(f"UPDATE OR REPLACE {change}")
    with pytest.raises(UsageError) as caught, open_run(run) as opened:
        assert [*opened.attempts(), *opened.items()]
    assert str(caught.value).endswith(f"can't be read as a run's record: {message}")


def test_a_configuration_that_is_nested_without_end_is_refused(run):
    with closing(sqlite3.connect(run / "run.sqlite")) as database, database:
        database.execute("UPDATE run SET configuration = ?", ("[" * 100_000,))
    with pytest.raises(UsageError, match="can't be read as a run's record: maximum recursion depth"):
        read_configuration(run)
