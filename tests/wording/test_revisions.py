import shutil

import pytest

from promptkit import ChainOfThought, TemplateError, Templates
from promptkit.wording.revisions import with_revisions
from tests.players import Player
from tests.wording.history import STEP

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def worded(templates, wording):
    return ChainOfThought(Player(), templates=templates.worded(wording)).templates.text(STEP, question="q")


def test_a_wording_is_taken_from_a_commit(history):
    templates = with_revisions(Templates((history / "mine",)), ["HEAD~1", "HEAD"])
    assert [worded(templates, wording) for wording in ("HEAD~1", "HEAD", "")] == ["q one", "q two", "q three"]


def test_a_file_of_that_name_is_the_wording(history):
    (history / "mine" / f"{STEP}.HEAD.j2").write_text("{{ question }} mine\n")
    templates = with_revisions(Templates((history / "mine",)), ["HEAD"])
    assert worded(templates, "HEAD") == "q mine"


def test_what_is_no_commit_is_an_unknown_wording(history):
    templates = with_revisions(Templates((history / "mine",)), ["HEAD~9", "nothing"])
    for wording in ("HEAD~9", "nothing"):
        with pytest.raises(TemplateError, match="no wording"):
            worded(templates, wording)


def test_outside_of_a_repository_there_is_none(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    templates = Templates((tmp_path,))
    assert with_revisions(templates, ["HEAD"]) is templates
