import json

import pytest

LONG = """{{ question }}

Reason step by step, then give the answer.

{% part thanks %}Thank you in advance.{% endpart %}
{% part order %}Be quick.{% endpart %}
"""


@pytest.fixture
def here(tmp_path):
    """A task of one's own, and a wording `long` of the step that `cot` has."""
    folder = tmp_path / "mine" / "chain_of_thought"
    folder.mkdir(parents=True)
    (folder / "think.long.j2").write_text(LONG)
    rows = [{"question": f"What is {n} + 20?", "target": str(n + 20)} for n in range(1, 31)]
    (tmp_path / "sums.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


TASK = ("sums.jsonl", "--answer", "number", "-m", "openai/mock", "--templates", "mine")


def answers(turns):
    """Right unless it shall be quick."""
    text = turns[-1]["content"]
    number = int(text.split(" + ")[0].split()[-1]) + 20
    return f"The answer is {number if 'Be quick' not in text else number + 1}."


def test_each_part_is_left_out_and_its_worth_shown(promptkit, openai, here):
    openai.answer = answers
    ran = promptkit("ablate", *TASK, "-s", "cot@long", "--run", "r", "--json")
    assert ran.code == 0, ran.err
    worth = {part["part"]: part["worth"] for part in ran.json["parts"]}
    assert worth["think, line 5: thanks"] == "not enough data"
    assert worth["think, line 6: order"] == "better left out"
    assert [row["strategy"] for row in ran.json["rows"]] == ["cot@long", "cot@long-without-1", "cot@long-without-2"]


def test_the_table_names_the_parts_and_the_accuracy_of_the_whole(promptkit, openai, here):
    openai.answer = answers
    ran = promptkit("ablate", *TASK, "-s", "cot@long", "--run", "r")
    assert "cot@long (0.0 % right) without …" in ran.out
    assert "think, line 6: order" in ran.out
    assert "better left out" in ran.out


def test_the_wordings_are_files_of_the_run_and_another_look_asks_nothing(promptkit, openai, here):
    openai.answer = answers
    promptkit("ablate", *TASK, "-s", "cot@long", "--run", "r")
    asked = len(openai.requests)
    without = (here / "r/wordings/chain_of_thought/think.long-without-2.j2").read_text()
    assert without == LONG.replace("{% part order %}Be quick.{% endpart %}\n", "")
    again = promptkit("ablate", "--run", "r", "--json")
    assert (again.code, len(openai.requests)) == (0, asked), again.err
    assert len(again.json["parts"]) == 2


def test_a_wording_that_was_edited_since_is_refused_and_nothing_is_overwritten(promptkit, openai, here):
    promptkit("ablate", *TASK, "-s", "cot@long", "--run", "r", "--limit", "2")
    kept = (here / "r/wordings/chain_of_thought/think.long-without-2.j2").read_text()
    (here / "mine/chain_of_thought/think.long.j2").write_text(LONG + "More.\n")
    again = promptkit("ablate", *TASK, "-s", "cot@long", "--run", "r", "--limit", "2")
    assert again.code == 2
    assert "from another wording" in again.err
    assert (here / "r/wordings/chain_of_thought/think.long-without-2.j2").read_text() == kept


def test_a_dry_run_shows_the_parts_and_writes_and_sends_nothing(promptkit, openai, here):
    ran = promptkit("ablate", *TASK, "-s", "cot@long", "--dry-run")
    assert (ran.code, openai.requests) == (0, []), ran.err
    assert "cot@long-without-1: without think, line 5: thanks" in ran.out
    assert not (here / "runs").exists()


def test_only_the_part_of_a_specification_that_has_a_wording_is_taken_apart(promptkit, openai, here):
    ran = promptkit("ablate", *TASK, "-s", "cot@long+reflect", "--dry-run")
    assert "cot@long-without-1+reflect: without think" in ran.out
    assert "critique" not in ran.out


def test_a_step_that_is_not_taken_apart_keeps_its_wording(promptkit, openai, here):
    folder = here / "mine" / "plan_then_solve"
    folder.mkdir()
    (folder / "plan.long.j2").write_text("{{ question }}\n\nList sub-questions.\n\nBe brief.\n")
    (folder / "combine.long.j2").write_text("{{ question }}\n{% for one in solved %}{{ one.answer }}{% endfor %}\n")
    promptkit("ablate", *TASK, "-s", "plan@long", "--run", "r", "--limit", "1")
    written = sorted(file.name for file in (here / "r/wordings/plan_then_solve").iterdir())
    assert "combine.long-without-1.j2" in written
    assert "plan.long-without-1.j2" in written


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("direct", "direct has no wording"),
        ("cot,direct", "an ablation takes one strategy, got 2"),
        ("cot@shrot", "no wording 'shrot'"),
        ("cot", "no part that could be left out"),
    ],
)
def test_what_has_no_parts_is_refused_before_anything_is_sent(promptkit, openai, here, strategy, expected):
    (here / "mine/chain_of_thought/think.j2").write_text("{{ question }} Think.\n")
    ran = promptkit("ablate", *TASK, "-s", strategy)
    assert (ran.code, openai.requests) == (2, [])
    assert expected in ran.err


def test_the_parts_of_a_template_of_ones_own_are_its_own_alone(promptkit, openai, here):
    openai.answer = answers
    for name in ("reply", "other"):
        (here / "mine" / f"{name}.j2").write_text(LONG)
    ran = promptkit("ablate", *TASK, "-s", "wrap(template=reply)", "--run", "r", "--json")
    assert ran.code == 0, ran.err
    assert [(part["part"], part["worth"]) for part in ran.json["parts"]] == [
        ("reply, line 5: thanks", "not enough data"),
        ("reply, line 6: order", "better left out"),
    ]


def test_a_run_that_is_resumed_prints_what_each_part_is_worth(promptkit, openai, here):
    openai.answer = answers
    promptkit("ablate", *TASK, "-s", "cot@long", "--run", "r", "--max-calls", "9")
    resumed = promptkit("resume", "r")
    assert resumed.code == 0, resumed.err
    assert "cot@long (0.0 % right) without …" in resumed.out
    assert "better left out" in resumed.out
