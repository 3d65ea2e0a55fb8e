"""`promptkit task init` and `check`, and the options by which commands find the columns of a file."""

import json

import pytest

from promptkit.tasks import load_task

TICKETS = (
    "Betreff,Text,Kategorie\nKein Strom,Seit gestern ist es dunkel,Technik\nRechnung,Sie ist zu hoch,Geld\n"
    "Lampe,Sie flackert seit Tagen,Technik\nMahnung,Ich habe bezahlt,Geld\n"
)


@pytest.fixture
def tickets(tmp_path, promptkit):
    (tmp_path / "tickets.csv").write_text(TICKETS)
    return tmp_path / "tickets.csv"


def test_a_task_is_drafted_for_a_file_and_what_is_guessed_is_marked(tickets, promptkit):
    result = promptkit("task", "init", "tickets.csv")
    assert result.code == 0
    text = tickets.with_suffix(".yaml").read_text()
    assert text in result.out
    assert "question: Text                          # guessed: the longest texts" in text
    assert "target: Kategorie                       # guessed: its name" in text
    assert "answer: label                             # guessed: the targets look like labels" in text
    assert result.out.count("[user]") == 3
    assert result.err.endswith("written to tickets.yaml; look at what is guessed: question, target, answer\n")
    task = load_task(str(tickets.with_suffix(".yaml")))
    assert (task.answer.kind, task.answer.labels, len(task.items)) == ("label", ("Technik", "Geld"), 4)


def test_the_template_that_a_draft_proposes_can_be_used_as_it_is(tickets, promptkit):
    promptkit("task", "init", "tickets.csv")
    draft = tickets.with_suffix(".yaml")
    draft.write_text(draft.read_text().replace("# question: ", "question: "))
    result = promptkit("task", "check", "tickets.yaml", "--show", "1")
    assert "about 8 tokens\nKein Strom\nSeit gestern ist es dunkel\n" in result.out
    assert (result.code, result.err) == (0, "")


def test_a_file_of_a_known_shape_needs_no_guess(tmp_path, promptkit):
    row = {"question": "Which?", "choices": ["ice", "dew"], "answer": 1}
    (tmp_path / "gas.jsonl").write_text(json.dumps(row))
    result = promptkit("task", "init", "gas.jsonl")
    assert result.err == "gas.jsonl: read as MMLU, 1 item, options in a list\nwritten to gas.yaml\n"
    assert "guessed" not in (tmp_path / "gas.yaml").read_text()


QUIZ = (
    "Nr;Frage;option_a;option_b;option_c;answer;Gewicht\n1;Was ist 1 + 1?;1;2;3;B;1,5\n2;Was ist 2 + 2?;4;5;6;A;2,5\n"
)
FILES = {
    "quiz.csv": (QUIZ, ("format: csv", "separator: ;", "  options: option_a,option_b,option_c", "  target: answer")),
    "bars.csv": ("Question|Answer\na?|1,5\nb?|2,5\nc?|7\n", ("format: csv", "separator: '|'", "  target: Answer")),
    "tabs.tsv": ("question\ttarget\na?\t1\nb?\t2\n", ("format: tsv",)),
    "list.json": ('[{"prompt": "a?", "gold": 1}, {"prompt": "b?", "gold": 2}]', ("format: json", "  question: prompt")),
    "lines.jsonl": ('{"question": "a?", "choices": ["x", "y"], "answer": 1}\n', ("format: jsonl",)),
}


@pytest.mark.parametrize("name", FILES)
def test_what_was_recognised_stands_in_a_draft_so_that_the_file_may_be_renamed(tmp_path, promptkit, name):
    content, lines = FILES[name]
    (tmp_path / name).write_text(content)
    made = promptkit("task", "init", name, "--json").json
    assert set(lines) - {line.partition("  #")[0].rstrip() for line in made["text"].splitlines()} == set()
    draft = tmp_path / made["file"]
    (tmp_path / name).rename(tmp_path / "renamed.txt")
    draft.write_text(draft.read_text().replace(f"data: {name}", "data: renamed.txt"))
    again = promptkit("task", "check", draft.name, "--json")
    assert again.code == 0, again.err
    assert {**again.json, "notes": []} == {**made["task"], "notes": []}


def test_the_sheet_of_a_workbook_stands_in_a_draft(tmp_path, promptkit):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for sheet, word in ((book.active, "a"), (book.create_sheet("Andere"), "b")):
        for row in (("question", "target"), (f"{word}?", 1), (f"{word}{word}?", 2)):
            sheet.append(row)
    book.active.title = "Fragen"
    book.save(tmp_path / "t.xlsx")
    made = promptkit("task", "init", "t.xlsx", "--json").json
    assert "format: xlsx\nsheet: Fragen\n" in made["text"]


@pytest.mark.parametrize(
    ("written", "target"),
    [("0,1", "3,5 ± 0.1"), ("2,5%", "3,5 ± 2.5%"), ("0,125", "3,5 ± 0.125"), ("1,000", "")],
)
def test_a_comma_of_decimals_is_read_in_targets_and_tolerances(tmp_path, promptkit, written, target):
    (tmp_path / "t.csv").write_text(f"question;target;tolerance\na?;3,5;{written}\nb?;7;{written}\n")
    made = promptkit("task", "init", "t.csv", "--json")
    if not target:
        assert (made.code, "got '1,000'" in made.err) == (2, True)
        return
    assert promptkit("task", "check", "t.yaml", "--json").json["prompts"][0]["target"] == target


def test_a_column_called_by_a_word_for_answer_is_the_target_although_another_repeats_more(tmp_path, promptkit):
    rows = "".join(f"Wie viel ist {n} + {n}?;{2 * n};leicht\n" for n in range(6))
    (tmp_path / "fragen.csv").write_text(f"Frage;Lösung;Stufe\n{rows}")
    made = promptkit("task", "init", "fragen.csv", "--json").json
    assert "target: Lösung" in made["text"]
    assert "answer: number" in made["text"]


def test_a_file_of_another_kind_is_not_taken_for_the_name_of_a_task(tmp_path, promptkit):
    wrong = promptkit("task", "check", "notes.odt")
    assert (wrong.code, "no task named 'notes.odt'" in wrong.err) == (2, True)
    (tmp_path / "notes.odt").write_text("?")
    wrong = promptkit("task", "check", "notes.odt")
    assert (wrong.code, "notes.odt is not a file of rows by its name" in wrong.err) == (2, True)


def test_what_was_asked_for_stands_in_a_draft(tmp_path, promptkit):
    (tmp_path / "quiz.csv").write_text(QUIZ)
    made = promptkit("task", "init", "quiz.csv", "--question", "frage", "--shuffle-options", "--json").json
    assert "shuffle_options: true\n" in made["text"]
    checked = promptkit("task", "check", "quiz.yaml", "--json").json
    assert {**checked, "notes": []} == {**made["task"], "notes": []}
    (tmp_path / "sums.csv").write_text("question,target\na?,1\nb?,2\n")
    promptkit("task", "init", "sums.csv", "--tolerance", "0.01")
    assert load_task(str(tmp_path / "sums.yaml")).items[0].target == "1 ± 0.01"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("format: word", "the format 'word' is not read; give one of csv, tsv"),
        ("format: json\nseparator: ;", "the separator ';' is for a CSV"),
        ("separator: ;;", "the separator ';;' is for a CSV, and one sign"),
    ],
)
def test_a_way_to_read_that_there_is_not_is_one_line(tmp_path, promptkit, stated, expected):
    (tmp_path / "t.csv").write_text("question;target\na?;1\n")
    (tmp_path / "t.yaml").write_text(f"name: t\ndata: t.csv\nanswer: number\n{stated}\n")
    ran = promptkit("task", "check", "t.yaml")
    assert (ran.code, expected in ran.err) == (2, True), ran.err


def test_a_draft_writes_over_nothing_unless_told_to(tickets, promptkit):
    tickets.with_suffix(".yaml").write_text("mine")
    result = promptkit("task", "init", "tickets.csv")
    assert (result.code, tickets.with_suffix(".yaml").read_text()) == (2, "mine")
    assert "tickets.yaml exists; give --force" in result.err
    assert promptkit("task", "init", "tickets.csv", "--force").code == 0


def test_words_that_yaml_reads_as_truth_are_quoted_in_a_draft(tmp_path, promptkit):
    (tmp_path / "t.csv").write_text("question,target\na,yes\nb,no\nc,yes\nd,no\n")
    assert promptkit("task", "init", "t.csv").code == 0
    assert load_task(str(tmp_path / "t.yaml")).answer.labels == ("yes", "no")


def test_a_yaml_is_not_drafted(tmp_path, promptkit):
    result = promptkit("task", "init", "t.yaml", "--output", "other.yaml")
    assert "t.yaml is not a file of rows; a YAML is read as it is: promptkit task check t.yaml" in result.err


def test_a_check_shows_what_is_asked_and_ends_with_1_where_rows_can_not_be_used(tmp_path, promptkit):
    rows = [{"question": f"{n} + 1?", "target": n + 1} for n in range(3)]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in [*rows, {"question": "?"}]))
    result = promptkit("task", "check", "t.jsonl", "--answer", "number", "--show", "1")
    assert result.code == 1
    assert result.out.startswith("t: 3 items, 0 examples, answers of kind number\n\n── item 1, target 1 ──")
    assert (
        result.err == "t.jsonl: 1 row can't be used and is left out: line 4: it has no target (a --grader needs none)\n"
    )
    shown = promptkit("task", "check", "t.jsonl", "--answer", "number", "--json").json
    assert (shown["items"], shown["unusable"], len(shown["prompts"])) == (3, 1, 3)
    assert promptkit("task", "check", "t.jsonl", "--answer", "number", "--strict").code == 2


def test_the_error_proposes_options_of_the_command_line(tickets, promptkit):
    result = promptkit("bench", "tickets.csv", "-s", "direct", "--dry-run")
    assert "has no column 'target'; it has Betreff, Text, Kategorie; name one by --target" in result.err
    result = promptkit(
        "bench", "tickets.csv", "-s", "direct", "--dry-run", "--question", "text", "--target", "kategorie"
    )
    assert "look like labels: give --answer label and --labels Technik,Geld" in result.err


def test_a_run_remembers_which_columns_it_asked_and_is_resumed_without_them(tickets, promptkit, openai):
    openai.answer = lambda turns: "Technik"
    columns = ("--question", "text", "--target", "kategorie", "--answer", "label", "--labels", "Technik,Geld")
    begun = promptkit("bench", "tickets.csv", "-m", "openai/mock", "-s", "direct", "--run", "r", *columns, "--json")
    assert begun.code == 0, begun.err
    assert begun.json["rows"][0]["correct"] == 2
    assert "tickets.csv: columns not used: Betreff" in begun.err
    assert promptkit("resume", "r", "--json").json["rows"][0]["correct"] == 2
    other = promptkit("bench", "--run", "r", "--question", "betreff")
    assert "the run in r has --question text, not betreff" in other.err


def test_several_targets_and_tolerances_are_judged_again_from_the_record(tmp_path, promptkit, openai):
    rows = [
        {"question": "1?", "target": ["23", "24"]},
        {"question": "2?", "target": 24.4},
        {"question": "3?", "target": 25},
    ]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    arguments = (
        "-m",
        "openai/mock",
        "-s",
        "direct",
        "--run",
        "r",
        "--answer",
        "number",
        "--tolerance",
        "0.5",
        "--json",
    )
    assert promptkit("bench", "t.jsonl", *arguments).json["rows"][0]["correct"] == 2
    again = promptkit("rescore", "r", "--json").json
    assert again["readings"]["lenient"]["rows"][0]["correct"] == 2
