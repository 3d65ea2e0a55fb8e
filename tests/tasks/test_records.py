"""Tables and JSON as people have them: what is read from which bytes."""

import codecs
import datetime
import gzip
import json
import sys

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest

from promptkit import UsageError
from promptkit.tasks import load_task
from promptkit.tasks.records import read_records

ROWS = [{"question": "Was ist 4 mal 18?", "target": "72"}, {"question": "Wie heißt sie, Ö oder Ü?", "target": "Ö; Ü"}]
TABLE = 'question,target\nWas ist 4 mal 18?,72\n"Wie heißt sie, Ö oder Ü?",Ö; Ü\n'
SEMICOLONS = 'question;target\nWas ist 4 mal 18?;72\nWie heißt sie, Ö oder Ü?;"Ö; Ü"\n'
TABS = "question\ttarget\nWas ist 4 mal 18?\t72\nWie heißt sie, Ö oder Ü?\tÖ; Ü\n"
LINES = "".join(json.dumps(row) + "\n" for row in ROWS)


def read(path, content=None):
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    records = read_records(path)
    return [record.value for record in records.rows], records.how


@pytest.mark.parametrize(
    ("name", "content", "how"),
    [
        ("t.csv", TABLE, ""),
        ("t.CSV", TABLE, ""),
        ("t.csv", codecs.BOM_UTF8 + TABLE.encode(), ""),
        ("t.csv", TABLE.encode("utf-16"), "UTF-16"),
        ("t.csv", TABLE.encode("utf-16-le"), "UTF-16"),
        ("t.csv", TABLE.encode("utf-16-be"), "UTF-16"),
        ("t.csv", TABLE.encode("cp1252"), "cp1252"),
        ("t.csv", TABLE.replace("\n", "\r\n"), ""),
        ("t.csv", TABLE.replace("\n", "\r"), ""),
        ("t.csv", gzip.compress(TABLE.encode(), mtime=0), ""),
        ("t.csv", SEMICOLONS, "separated by semicolons"),
        ("t.csv", "sep=;\n" + SEMICOLONS, "separated by semicolons"),
        ("t.csv", "sep=~\n" + TABS.replace("\t", "~"), "separated by '~'"),
        ("t.csv", TABS, "separated by tabs"),
        ("t.csv", TABS.encode("utf-16"), "separated by tabs, UTF-16"),
        ("t.csv", TABS.replace("\t", "|"), "separated by bars"),
        ("t.tsv", TABS, ""),
        ("t.tsv", TABLE, "separated by commas"),
        ("t.csv.gz", gzip.compress(TABLE.encode(), mtime=0), ""),
        ("t.csv", TABLE.replace("\n", ",,\n") + ",,,\n , ,\n", ""),
        ("t.csv", "\n" + TABLE, ""),
        ("t.jsonl", LINES, ""),
        ("t.jsonl", LINES.encode("utf-16"), ""),
        ("t.jsonl", LINES.replace("\n", "\n\n"), ""),
        ("t.ndjson", LINES, ""),
        ("t.jsonl.gz", gzip.compress(LINES.encode(), mtime=0), ""),
        ("t.json", json.dumps(ROWS), ""),
        ("t.json", LINES, "JSON Lines"),
        ("t.json.gz", gzip.compress(json.dumps(ROWS).encode(), mtime=0), ""),
        ("t.json", json.dumps({"version": 1, "examples": ROWS}), "the array 'examples'"),
        ("t.json", json.dumps({"authors": [{"name": "A"}], "data": ROWS}), "the array 'data'"),
        ("t.json", json.dumps({name: [row[name] for row in ROWS] for name in ROWS[0]}), "an array a column"),
        ("t.json", json.dumps({n: {str(i): r[n] for i, r in enumerate(ROWS)} for n in ROWS[0]}), "an array a column"),
    ],
)
def test_a_table_is_read_whatever_its_separator_encoding_or_form(tmp_path, name, content, how):
    assert read(tmp_path / name, content) == (ROWS, how)


def test_parquet_is_read_with_its_lists_and_objects(tmp_path):
    rows = [{"question": "Which?", "choices": ["a", "b"], "answer": 1, "of": {"year": 2020}}, {"question": "Or?"}]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "t.parquet")
    assert read(tmp_path / "t.parquet")[0] == rows


def test_labels_that_hugging_face_keeps_as_numbers_have_their_names(tmp_path):
    features = {"text": {"_type": "Value"}, "label": {"_type": "ClassLabel", "names": ["neg", "pos"]}}
    table = pyarrow.Table.from_pylist([{"text": "Fine.", "label": 1}, {"text": "?", "label": -1}])
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    pyarrow.parquet.write_table(table.replace_schema_metadata(metadata), tmp_path / "t.parquet")
    rows = [{"text": "Fine.", "label": "pos"}, {"text": "?", "label": -1}]
    assert read(tmp_path / "t.parquet") == (rows, "labels of 'label' by their names")


def test_a_task_is_called_as_its_file_without_the_endings_that_state_how_it_is_read(tmp_path):
    for name in ("may.v2.jsonl", "may.v2.jsonl.gz"):
        (tmp_path / name).write_text(LINES)
        assert load_task(str(tmp_path / name), answer="text").name == "may.v2"


def test_a_workbook_is_read_as_it_is_shown(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("Rows")
    sheet.append(["question", "target", None])
    sheet.append(["When?", datetime.datetime(2020, 5, 1)])
    sheet.append([None, None])
    sheet.append(["How many?", 72.0])
    sheet.append(["Is it?", True])
    sheet.append([" ", None])
    book.create_sheet("More").append(["x"])
    book.save(tmp_path / "t.xlsx")
    records = read_records(tmp_path / "t.xlsx")
    assert [(record.place, record.value) for record in records.rows] == [
        ("row 2", {"question": "When?", "target": "2020-05-01"}),
        ("row 4", {"question": "How many?", "target": 72}),
        ("row 5", {"question": "Is it?", "target": "TRUE"}),
    ]
    assert records.how == "sheet 'Rows', the first of 2 with rows"


def test_a_title_above_the_header_of_a_sheet_is_no_header(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Questions of May"], [], ["question", "target"], ["How many?", 72]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    assert read(tmp_path / "t.xlsx") == ([{"question": "How many?", "target": 72}], "the header in row 3")


def test_a_yaml_names_the_sheet_of_its_workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["notes", "more"])
    for row in (["question", "target"], ["How many?", 72]):
        (book["Rows"] if "Rows" in book.sheetnames else book.create_sheet("Rows")).append(row)
    book.save(tmp_path / "t.xlsx")
    (tmp_path / "t.yaml").write_text("name: t\nanswer: number\ndata: t.xlsx\nsheet: Rows\n")
    task = load_task(str(tmp_path / "t.yaml"))
    assert ([item.target for item in task.items], task.notes) == (["72"], ())
    (tmp_path / "t.yaml").write_text("name: t\nanswer: number\ndata: t.xlsx\nsheet: May\n")
    with pytest.raises(UsageError, match=r"t\.xlsx has no sheet 'May' with rows; it has Sheet, Rows"):
        load_task(str(tmp_path / "t.yaml"))


def test_the_columns_of_a_spreadsheet_may_be_in_capitals(tmp_path):
    (tmp_path / "t.csv").write_text("Question, TARGET \n4 times 18?,72\n")
    assert load_task(str(tmp_path / "t.csv"), answer="number").items[0].target == "72"


def test_the_number_of_a_line_counts_all_lines_of_the_file(tmp_path):
    (tmp_path / "t.csv").write_text('sep=;\nquestion;target\n"two\nlines";1\n;\nb;2;3\n')
    assert [(r.place, r.problem) for r in read_records(tmp_path / "t.csv").rows] == [
        ("line 4", ""),
        ("line 6", "3 cells, and the header has 2; put a text with semicolons in quotes"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", "", "t.csv has no rows"),
        ("t.csv", "a,b,a\n1,2,3\n", "t.csv has the column 'a' twice; rename one"),
        ("t.json", "{", "t.json is not JSON: Expecting property name"),
        ("t.json", "3", "t.json holds a int; give an array of objects"),
        ("t.json", '{"one": [{"a": 1}], "two": [{"a": 2}]}', "holds the arrays one, two; write the one with the rows"),
        ("t.json", "Ö".encode("cp1252"), "t.json is not UTF-8 text"),
        (
            "t.json.gz",
            gzip.compress(b"[1]" * 99, mtime=0)[:20],
            "t.json.gz can't be read: Compressed file ended before",
        ),
        ("t.parquet", b"PAR1", "t.parquet can't be read as Parquet: "),
        ("t.xlsx", b"PK", "t.xlsx can't be read as an Excel workbook: File is not a zip file"),
        ("t.xls", b"", "t.xls: .xls is not read; save it as .xlsx"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(tmp_path, name, content, message):
    with pytest.raises(UsageError) as error:
        read(tmp_path / name, content)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_unpacks_to_more_than_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("promptkit.tasks.records.csv_file.MOST_BYTES", 1000)
    monkeypatch.setattr("promptkit.tasks.records.excel.MOST_BYTES", 1000)
    monkeypatch.setattr("promptkit.text_files.LONGEST_LINE", 1000)
    with pytest.raises(UsageError, match="has more than 1,000 bytes"):
        read(tmp_path / "t.csv.gz", gzip.compress(b"a" * 2000))
    with pytest.raises(UsageError, match="has a line of more than 1,000 characters"):
        read(tmp_path / "t.jsonl.gz", gzip.compress(b"a" * 2000))
    openpyxl.Workbook().save(tmp_path / "t.xlsx")
    with pytest.raises(UsageError, match="has more than 1,000 bytes"):
        read(tmp_path / "t.xlsx")


@pytest.mark.parametrize(
    ("module", "name", "extra"), [("openpyxl", "t.xlsx", "excel"), ("pyarrow.parquet", "t.parquet", "report")]
)
def test_a_library_that_is_not_installed_is_named_with_its_extra(tmp_path, monkeypatch, module, name, extra):
    (tmp_path / name).write_bytes(b"")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageError, match=rf"needs {module.partition('.')[0]}: pip install 'promptkit-lab\[{extra}\]'"):
        read_records(tmp_path / name)
