import pytest

from promptkit import FunctionModel
from promptkit.analysis.wordings import wording_differences
from promptkit.bench import Task, compare
from promptkit.record.reader import open_run


@pytest.fixture
def run(tmp_path):
    """A function that runs strategies with these templates and reads the record."""

    def made(strategies, **files):
        for name, text in files.items():
            file = tmp_path / "mine" / "chain_of_thought" / f"{name.replace('_', '.')}.j2"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        task = Task.of([("1 + 1?", 2)], answer="number")
        compare(
            task,
            strategies,
            model=FunctionModel(lambda _: "2", name="m"),
            template_folders=[str(tmp_path / "mine")],
            directory=tmp_path / "r",
        )
        return open_run(tmp_path / "r")

    return made


def shown(found):
    return [(one.wording, one.beside, one.step, one.text) for one in found]


def test_the_lines_that_differ_are_marked(run):
    with run(
        ["cot", "cot@short"], think="{{ question }}\nThink.\nAnswer.\n", think_short="{{ question }}\nAnswer.\n"
    ) as r:
        (one,) = shown(wording_differences(r, ["cot", "cot@short"]))
    assert one == ("cot@short", "cot", "chain_of_thought/think", "  {{ question }}\n- Think.\n  Answer.")


def test_front_matter_is_no_wording(run):
    same = "---\ndescription: other\n---\n{{ question }} Think.\n"
    with run(["cot", "cot@short"], think="{{ question }} Think.\n", think_short=same) as r:
        assert wording_differences(r, ["cot", "cot@short"]) == ()


def test_one_wording_of_a_technique_is_beside_nothing(run):
    with run(["direct", "cot@short"], think_short="{{ question }} Think.\n") as r:
        assert wording_differences(r, ["direct", "cot@short", "an object"]) == ()


def test_wordings_inside_of_specifications_are_shown_once(run):
    files = {"think_a": "{{ question }} A.\n", "think_b": "{{ question }} B.\n"}
    specs = ["cot@a+self-consistency(draws=2,temperature=1)", "cot@b", "cot@b+self-consistency(draws=2,temperature=1)"]
    with run(specs, **files) as r:
        (one,) = shown(wording_differences(r, specs))
    assert one == ("cot@b", "cot@a", "chain_of_thought/think", "- {{ question }} A.\n+ {{ question }} B.")
