import builtins
import sqlite3
import sys

import pytest

from promptkit.cli import exit_codes
from tests.cli.conftest import promptkit  # noqa: F401 - a fixture


def test_the_page_stands_in_the_runs_directory_and_its_path_is_printed(promptkit, make_run):  # noqa: F811
    run = make_run()
    done = promptkit("report", run)
    assert (done.code, done.out, done.err) == (0, f"{run}/report.html\n", "")
    assert (run / "report.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize("name", ["a.md", "a.csv"])
def test_the_format_follows_the_name_of_the_output(promptkit, make_run, tmp_path, name):  # noqa: F811
    promptkit("report", make_run(), "--output", tmp_path / name)
    heads = {"a.md": "# pens", "a.csv": "\ufefftask,"}
    assert (tmp_path / name).read_text().startswith(heads[name])


def test_a_report_changes_nothing_in_the_run(promptkit, make_run, tmp_path):  # noqa: F811
    run = make_run()
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    promptkit("report", run, "--output", tmp_path / "r.md")
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere is not a run directory: it has no run.sqlite"),
        (["run", "--format", "pdf"], "unknown report format 'pdf'; report formats are html, md, csv, parquet, eval"),
        (["run", "--output", "r.docx"], "unknown report format 'docx'"),
        (["run", "--output", "no/such/r.html"], "there is no folder no/such; make it"),
        (["run", "--output", "file", "--format", "eval"], "file can't be written: File exists"),
        (["run", "--output", "folder.csv"], "folder.csv can't be written: Is a directory"),
        (["damaged"], "run.sqlite can't be read as a run's record: file is not a database"),
        (["other"], "run.sqlite can't be read as a run's record: no such table: run"),
        (["newer"], "was written by a newer promptkit (schema 99, ours is 1); upgrade"),
        (["empty"], "the run empty has no attempts; resume it with: promptkit resume empty"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(promptkit, make_run, tmp_path, arguments, said):  # noqa: F811
    make_run()
    (tmp_path / "file").touch()
    (tmp_path / "folder.csv").mkdir()
    for name in ("damaged", "other", "empty", "newer"):
        (tmp_path / name).mkdir()
    (tmp_path / "damaged" / "run.sqlite").write_bytes(b"not a database, but as long as one" * 100)
    sqlite3.connect(tmp_path / "other" / "run.sqlite").close()
    sqlite3.connect(tmp_path / "newer" / "run.sqlite").execute("PRAGMA user_version = 99").connection.close()
    source = sqlite3.connect(tmp_path / "run" / "run.sqlite")
    target = sqlite3.connect(tmp_path / "empty" / "run.sqlite")
    source.backup(target)
    target.execute("DELETE FROM attempts")
    target.commit()
    source.close()
    target.close()
    done = promptkit("report", *arguments)
    assert done.code == exit_codes.USAGE_ERROR
    assert said in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("kind", "package", "remedy"),
    [
        ("html", "vl_convert", "pip install 'promptkit-lab[report]'"),
        ("parquet", "pyarrow", "pip install 'promptkit-lab[report]'"),
        ("eval", "inspect_ai", "pip install inspect-ai"),
    ],
)
def test_a_missing_package_is_named_with_its_remedy(promptkit, make_run, monkeypatch, kind, package, remedy):  # noqa: F811
    for module in [m for m in sys.modules if m.startswith("promptkit.report.")]:
        monkeypatch.delitem(sys.modules, module)
    real = builtins.__import__

    def without(name, *rest):
        if name.split(".")[0] == package:
            raise ModuleNotFoundError(f"No module named {name!r}", name=package)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    done = promptkit("report", make_run(), "--format", kind)
    assert (done.code, done.err) == (2, f"promptkit: a report as {kind} needs {package}: {remedy}\n")
