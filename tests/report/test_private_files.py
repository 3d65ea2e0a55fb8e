"""What holds questions and replies is readable by its owner alone, whatever the umask."""

import os
import stat

import pytest

from promptkit import Completion, Prompt, write_trace
from promptkit.report import transcripts
from promptkit.report.write import write_report
from tests.report.runs import record


@pytest.fixture(autouse=True)
def open_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder):
    """The rights of everything below a folder."""
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


def test_a_run_and_its_folder_are_the_owners(tmp_path):
    record(tmp_path / "runs" / "run")
    made = modes(tmp_path / "runs")
    assert made == {name: 0o700 if name == "run" else 0o600 for name in made}
    assert "run/run.sqlite" in made


@pytest.mark.parametrize("kind", ["html", "md", "csv", "parquet", "eval"])
def test_a_report_is_the_owners(tmp_path, kind):
    pytest.importorskip({"parquet": "pyarrow", "eval": "inspect_ai", "html": "vl_convert"}.get(kind, "csv"))
    record(tmp_path / "run")
    (tmp_path / "out").mkdir()
    write_report(tmp_path / "run", output=tmp_path / "out" / f"report.{kind}")
    made = modes(tmp_path / "out")
    assert made == {name: 0o700 if name == "report.eval" else 0o600 for name in made}
    assert made


def test_pages_of_transcripts_are_the_owners(tmp_path, monkeypatch):
    pytest.importorskip("vl_convert")
    monkeypatch.setattr(transcripts, "PACKED", 100)
    record(tmp_path / "run")
    (tmp_path / "out").mkdir()
    write_report(tmp_path / "run", output=tmp_path / "out" / "report.html")
    made = modes(tmp_path / "out")
    assert made == {name: 0o700 if name.endswith(".transcripts") else 0o600 for name in made}
    assert "report.transcripts/0001.html" in made


def test_a_file_that_is_there_keeps_its_rights(tmp_path):
    record(tmp_path / "run")
    shared = tmp_path / "report.md"
    shared.touch(mode=0o644)
    write_report(tmp_path / "run", output=shared)
    assert stat.S_IMODE(shared.stat().st_mode) == 0o644


def test_a_trace_is_the_owners(tmp_path):
    write_trace(Completion(text="x", prompt=Prompt.of("?"), by="m"), tmp_path / "trace.jsonl")
    assert modes(tmp_path) == {"trace.jsonl": 0o600}
