"""Files of every shape, as a table: what each is read as, its first prompt, or the line with which it is refused.

`PROMPTKIT_UPDATE_GOLDEN=1 pytest tests/tasks/test_shapes.py` writes the table anew.
"""

import os
from pathlib import Path

from promptkit import UsageError
from promptkit.tasks import load_task
from tests.tasks.shapes import FILES

TABLE = Path(__file__).parents[1] / "golden" / "task_files.md"


def row(file, folder):
    folder.mkdir()
    file.write(folder / file.name)
    options = ", ".join(f"{name}={value!r}" for name, value in file.options.items())
    try:
        task = load_task(str(folder / file.name), **file.options)
    except UsageError as error:
        cells = [file.name, options, "refused", "", str(error).replace(f"{folder}/", "")]
    else:
        item = task.items[0]
        turns = " ".join(f"[{turn.role}] {turn.content}" for turn in item.prompt().messages)
        notes = "; ".join(note.replace(f"{folder}/{file.name}: ", "") for note in task.notes)
        kind = " ".join([task.answer.kind, ",".join(task.answer.labels)]).strip()
        cells = [file.name, options, f"{kind}, {len(task.items)}", notes, f"{turns} → {item.target}"]
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ⏎ ") for cell in cells) + " |"


def test_every_shape_of_file_is_read_as_the_table_shows(tmp_path):
    head = ["file", "given", "answers, items", "reported", "first prompt and target, or the refusal"]
    rows = [row(file, tmp_path / str(number)) for number, file in enumerate(FILES)]
    table = "\n".join(["| " + " | ".join(head) + " |", "| --- " * len(head) + "|", *rows, ""])
    if os.environ.get("PROMPTKIT_UPDATE_GOLDEN"):
        TABLE.write_text(table, encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == table
    assert len(FILES) >= 25
