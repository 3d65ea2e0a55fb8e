"""What lies under the name of a task file or its data: read, or refused in one line with its place and the way out."""

import codecs
import os
import socket
from pathlib import Path

import pytest

from promptkit import GGUF, FunctionModel, Record, Replay, UsageError
from promptkit.analysis.recorded import Reading, score_files
from promptkit.tasks import load_task

ROW = '{"question": "1 + 1?", "target": "2"}\n'
YAML = "name: sums\nanswer: number\ndata: {}\n"


@pytest.fixture
def refused(tmp_path):
    """The one line with which a file of this name and content is refused."""

    def refuse(name, content=None, answer="number"):
        if content is not None:
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(UsageError) as error:
            load_task(str(tmp_path / name), answer=answer, strict=True)
        assert "\n" not in str(error.value)
        assert name in str(error.value)
        return str(error.value)

    return refuse


@pytest.mark.parametrize("where", ["data.jsonl", "below/data.jsonl", "../beside/data.jsonl", "{}/data.jsonl"])
def test_the_data_of_a_yaml_task_is_a_path_from_the_folder_of_the_yaml(tmp_path, where):
    place = where.format(tmp_path / "elsewhere")
    (tmp_path / "task").mkdir()
    data = tmp_path / "task" / place
    data.parent.mkdir(exist_ok=True)
    data.write_text(ROW)
    (tmp_path / "task" / "t.yaml").write_text(YAML.format(place))
    assert len(load_task(str(tmp_path / "task" / "t.yaml")).items) == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ('""', " is a folder; name a file"),
        ("nowhere.jsonl", "nowhere.jsonl does not exist"),
        ('"a\\0b.jsonl"', "is not the name of a file"),
        ("x" * 5000, "can't be read: File name too long"),
    ],
    ids=["folder", "nowhere", "NUL", "long"],
)
def test_data_that_is_no_file_is_named(tmp_path, data, message):
    (tmp_path / "t.yaml").write_text(YAML.format(data))
    with pytest.raises(UsageError) as error:
        load_task(str(tmp_path / "t.yaml"))
    assert str(error.value).endswith(message)


@pytest.mark.parametrize("name", ["t.jsonl", "t.csv", "t.yaml"])
def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path, refused, name):
    os.mkfifo(tmp_path / name)
    assert refused(name).endswith(f"{name} is a named pipe; name a file")


def test_a_file_that_is_missing_is_answered_with_the_near_name(tmp_path, refused):
    (tmp_path / "tickets.csv").write_text("question,target\n")
    assert refused("ticket.csv").endswith(f"ticket.csv does not exist; did you mean {tmp_path / 'tickets.csv'}?")
    assert refused("tickets.xlsx").endswith(f"did you mean {tmp_path / 'tickets.csv'}?")
    assert refused("no_folder/t.csv").endswith(f"; there is no folder {tmp_path / 'no_folder'}")


@pytest.mark.parametrize("name", ["t.jsonl", "t.csv", "t.yaml"])
def test_folders_devices_sockets_and_nothing_are_refused(tmp_path, refused, name):
    assert f"{name} does not exist; " in refused(name)
    (tmp_path / name).mkdir()
    assert refused(name).endswith(f"{name} is a folder; name a file")
    (tmp_path / name).rmdir()
    (tmp_path / name).symlink_to("/dev/zero")
    assert refused(name).endswith(f"{name} is a device; name a file")
    (tmp_path / name).unlink()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(tmp_path / name))  # an absolute one may be too long for it
        assert refused(name).endswith(f"{name} is a socket; name a file")


def test_a_named_pipe_as_data_of_a_task_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "t.yaml").write_text(YAML.format("pipe.jsonl"))
    with pytest.raises(UsageError, match=r"pipe.jsonl is a named pipe; name a file"):
        load_task(str(tmp_path / "t.yaml"))


@pytest.mark.parametrize(
    ("name", "text"),
    [("t.jsonl", ROW), ("t.csv", "question,target\n1 + 1?,2\n"), ("t.yaml", YAML.format("data.jsonl"))],
)
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path, name, text):
    (tmp_path / "data.jsonl").write_bytes(codecs.BOM_UTF8 + ROW.encode())
    (tmp_path / name).write_bytes(codecs.BOM_UTF8 + text.encode())
    assert load_task(str(tmp_path / name), answer="number").items[0].question == "1 + 1?"


def test_text_of_no_known_encoding_is_told_what_to_be_saved_as(refused):
    message = refused("t.csv", b"question,target\n\x81?,2\n")
    assert message.endswith("t.csv is neither UTF-8 nor cp1252 text: character maps to <undefined>; save it as UTF-8")


def test_a_row_with_more_cells_than_columns_is_named(refused):
    message = refused("t.csv", "question,target\na?,1\nWhat, then?,2\n")
    assert message.endswith("t.csv, line 3: 3 cells, and the header has 2; put a text with commas in quotes")


def test_empty_cells_past_the_last_column_are_those_of_a_spreadsheet(tmp_path):
    (tmp_path / "t.csv").write_text("question,target\n1 + 1?,2,,\n")
    assert load_task(str(tmp_path / "t.csv"), answer="number").items[0].target == "2"


@pytest.mark.parametrize("at", ["header", "row"])
def test_a_cell_that_is_too_long_for_csv_is_named(refused, at):
    long = "x" * 140_000
    content = f"question,target,{long}\n" if at == "header" else f"question,target\na?,1\n{long},1\n"
    line = 1 if at == "header" else 3
    message = refused("t.csv", content)
    assert message.endswith(f"t.csv, line {line}: field larger than field limit (131072); .jsonl has no such limit")


def test_a_json_nested_100_000_deep_is_named(refused):
    message = refused("t.jsonl", ROW + '{"question": ' + "[" * 100_000 + "]" * 100_000 + "}\n")
    assert message.endswith("t.jsonl, line 2: it is nested too deeply to be read")


def test_a_date_that_is_none_is_named(tmp_path, refused):
    message = refused("t.jsonl", '{"question": "When?", "target": "2020-99-99"}', answer="date")
    assert "t.jsonl, line 1: the target '2020-99-99' is not a date" in message
    (tmp_path / "d.jsonl").write_text(ROW)
    (tmp_path / "t.yaml").write_text(YAML.format("d.jsonl").replace("sums", "2020-99-99"))
    assert load_task(str(tmp_path / "t.yaml")).name == "2020-99-99"


def test_numbers_in_yaml_are_the_text_that_they_are_written_as(tmp_path):
    (tmp_path / "d.jsonl").write_text('{"question": "0 or 01?", "target": "01"}\n')
    (tmp_path / "t.yaml").write_text("name: 2024\nanswer: label\nlabels: [0, 01, 1.10]\ndata: d.jsonl\n")
    task = load_task(str(tmp_path / "t.yaml"))
    assert (task.name, task.answer.labels) == ("2024", ("0", "01", "1.10"))


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "true", "False"])
def test_yes_and_no_in_yaml_are_told_to_be_put_in_quotes(refused, word):
    message = refused("t.yaml", f"name: t\nanswer: label\nlabels: [{word}, maybe]\ndata: d.jsonl\n")
    truth = "true" if word in {"yes", "on", "true"} else "false"
    assert message.endswith(
        f"t.yaml: labels.0: {truth} is not a text (nor are yes, no, on and off in YAML); put it in quotes"
    )


def test_a_yaml_bomb_is_refused_with_its_line(refused):
    laughs = "\n".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    message = refused("t.yaml", f"name: t\na: &a [ha]\n{laughs}\n")
    assert "t.yaml is not YAML: line 6: aliases stand for more than 10,000 values" in message


@pytest.mark.parametrize(
    "read",
    [
        lambda path: list(score_files([path], Reading("number"))),
        Replay,
        lambda path: Record(FunctionModel(str), path),
        lambda path: GGUF(path),
    ],
    ids=["score", "Replay", "Record", "GGUF"],
)
def test_a_named_pipe_in_place_of_any_other_file_is_not_waited_for(tmp_path, read):
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(UsageError, match=r"pipe.jsonl is a named pipe; name a file"):
        read(tmp_path / "pipe.jsonl")


def test_a_pipe_that_the_shell_has_opened_is_read():
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as pipe:
        pipe.write('{"question": "1 + 1?", "target": "2", "output": "2", "strategy": "direct"}\n')
    try:
        (attempt,) = score_files([Path(f"/dev/fd/{reading}")], Reading("number"))
    finally:
        os.close(reading)
    assert attempt.outcome == "correct"
