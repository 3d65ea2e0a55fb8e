"""template new, lint, render, diff, test, stubs and import."""

import json

import pytest

from promptkit.cli.template import app

HEADER = '---\ninputs:\n  question: {type: text, sample: "How far?"}\n---\n'


@pytest.fixture
def prompts(tmp_path):
    """Writes templates to the folder `prompts`."""

    def write(**templates):
        for name, text in templates.items():
            file = tmp_path / "prompts" / f"{name}.j2"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    return write


@pytest.mark.parametrize("verb", [command.name or command.callback.__name__ for command in app.registered_commands])
def test_every_verb_has_help_with_an_example(promptkit, verb):
    done = promptkit("template", verb, "--help")
    assert done.code == 0
    assert f"promptkit template {verb}" in done.out.split("Example")[1]


def test_a_new_template_passes_lint_and_its_own_test(promptkit, tmp_path):
    made = promptkit("template", "new", "support/reply", "--templates", "prompts")
    assert (made.code, made.out) == (0, "prompts/support/reply.j2\n")
    assert "promptkit template render support/reply --templates prompts" in made.err
    assert promptkit("template", "lint", "prompts").code == 0
    assert promptkit("template", "test", "prompts").code == 0
    rendered = promptkit("template", "render", "prompts/support/reply.j2", "--json").json
    assert [message["role"] for message in rendered["messages"]] == ["system", "user"]


def test_a_new_template_starts_from_a_shipped_one_with_a_test(promptkit, tmp_path):
    made = promptkit("template", "new", "mine/think", "--from", "chain_of_thought/think")
    assert "look at it: promptkit template render mine/think.j2\n" in made.err
    assert promptkit("template", "render", "mine/think.j2").code == 0
    text = (tmp_path / "mine/think.j2").read_text()
    assert "Reason step by step" in text
    assert "\ntests:\n" in text
    assert promptkit("template", "test", "mine/think.j2").code == 0


def test_a_new_wording_starts_from_the_shipped_one_and_can_be_asked_beside_it(promptkit, tmp_path):
    made = promptkit("template", "new", "chain_of_thought/think.mine", "--templates", "prompts")
    assert "compare it: promptkit bench stories -s cot,cot@mine --templates prompts\n" in made.err
    assert "Reason step by step" in (tmp_path / "prompts/chain_of_thought/think.mine.j2").read_text()
    assert promptkit("template", "test", "prompts").code == 0
    shown = promptkit("preview", "--task", "stories", "--rows", "1", "-s", "cot@mine", "--templates", "prompts")
    assert shown.code == 0
    assert "Reason step by step" in shown.out


@pytest.mark.parametrize("name", ["think.j2", "../out", "/etc/x", "a//b", "", "a b", "a/"])
def test_a_name_that_is_none_is_refused(promptkit, tmp_path, name):
    done = promptkit("template", "new", name)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert list(tmp_path.rglob("*")) == []


def test_an_existing_file_is_never_written_over(promptkit, prompts, tmp_path):
    prompts(ask="mine")
    done = promptkit("template", "new", "ask", "--templates", "prompts")
    assert (done.code, done.err) == (
        2,
        "promptkit: prompts/ask.j2 already exists; choose another name, or edit it\n",
    )
    assert (tmp_path / "prompts/ask.j2").read_text() == "mine"


def test_lint_prints_file_line_column_and_rule_and_exits_with_1(promptkit, prompts):
    prompts(ask=HEADER + "{{ qestion }} {{ question }}\n")
    done = promptkit("template", "lint", "prompts")
    assert (done.code, done.out, done.err) == (
        1,
        "prompts/ask.j2:5:4: error: `qestion` is not declared; did you mean question? [misspelt-input]\n",
        "1 error, 0 warnings\n",
    )


def test_lint_of_clean_templates_exits_with_0(promptkit, prompts):
    prompts(ask=HEADER + "{{ question }}\n")
    assert promptkit("template", "lint", "prompts").code == 0
    assert promptkit("template", "lint", "prompts/ask.j2", "--json").json == {"findings": []}


def test_lint_without_a_path_checks_the_current_folder(promptkit, prompts):
    prompts(ask=HEADER + "{question}\n{{ question }}\n")
    assert "foreign-placeholder" in promptkit("template", "lint").out


def test_lint_as_json_and_for_github(promptkit, prompts):
    prompts(ask=HEADER + "100 % {question}\n{{ question }}\n")
    (finding,) = promptkit("template", "lint", "prompts", "--json").json["findings"]
    assert (finding["rule"], finding["line"], finding["column"]) == ("foreign-placeholder", 5, 7)
    assert promptkit("template", "lint", "prompts", "--github").out == (
        "::error file=prompts/ask.j2,line=5,col=7,title=foreign-placeholder::"
        "{question} is not a place for a value here; write {{ question }}\n"
    )


def test_lint_knows_the_task(promptkit, prompts, tmp_path):
    prompts(ask=HEADER + "{{ question }}\n\nThink.\n")
    (tmp_path / "t.csv").write_text("question,target\n1 + 1?,2\n")
    done = promptkit("template", "lint", "prompts", "--task", "t.csv", "--answer", "number")
    assert "[no-answer-form]" in done.out


def test_lint_suggests_a_form_of_the_kind_of_the_task(promptkit, prompts, tmp_path):
    prompts(ask=HEADER + "{{ question }}\n\nThink.\n")
    (tmp_path / "t.csv").write_text("question,target,A,B\nWhich?,A,1,2\n")
    done = promptkit("template", "lint", "prompts", "--task", "t.csv", "--answer", "choice")
    assert 'Finish with "The answer is <letter>."' in done.out


def test_the_rules_are_listed(promptkit):
    assert "eaten-newline" in promptkit("template", "lint", "--rules").out
    assert len(promptkit("template", "lint", "--rules", "--json").json["rules"]) >= 20


@pytest.mark.parametrize(
    "arguments",
    [
        ["lint", "nowhere"],
        ["lint"],
        ["lint", "nothing.j2"],
        ["lint", "--json", "--github", "t.txt"],
        ["render", "t.txt"],
        ["render", "chain_of_thought/think", "--row", "stories"],
        ["render", "chain_of_thought/think", "--row", "stories:0"],
        ["render", "chain_of_thought/think", "--row", "nothing:1"],
        ["diff", "chain_of_thought/think", "nothing"],
        ["test", "nowhere"],
        ["test", "chain_of_thought/think"],
        ["new", "x", "--from", "nothing"],
        ["stubs", "nowhere"],
        ["import", "nothing.prompty"],
        ["import", "t.txt"],
        ["import", "t.txt", "--as", "fstrings"],
    ],
    ids=" ".join,
)
def test_a_mistake_is_one_line_and_exit_code_2(promptkit, tmp_path, arguments):
    (tmp_path / "t.txt").write_text("What is {x}?")
    done = promptkit("template", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[-1].startswith("promptkit: ")
    assert "Traceback" not in done.err


def test_render_shows_a_row_of_a_task(promptkit, prompts):
    prompts(ask=HEADER + "Asked: {{ question }}\n")
    done = promptkit("template", "render", "prompts/ask.j2", "--row", "stories:3")
    assert done.out.startswith("[user] about ")
    assert "Asked: At first" in done.out


def test_render_of_a_file_knows_the_shipped_template_that_it_replaces(promptkit, tmp_path):
    file = tmp_path / "mine/explicit_instructions/instructions.j2"
    file.parent.mkdir(parents=True)
    file.write_text("{% system %}\n{{ task }}{{ rules | join }}\n{% endsystem %}\n")
    assert "You are a careful support agent." in promptkit("template", "render", str(file)).out


def test_diff_shows_files_and_messages(promptkit, prompts):
    prompts(a=HEADER + "{{ question }}\n", b=HEADER + "{{ question }}\n\nBe brief.\n")
    done = promptkit("template", "diff", "a", "b", "--templates", "prompts", "--row", "stories:1", "--json").json
    assert "+Be brief." in done["source"]
    assert "+Be brief." in done["messages"]
    assert done["tokens"][0] < done["tokens"][1]
    shown = promptkit("template", "diff", "a", "a", "--templates", "prompts")
    assert (shown.code, shown.out.count("no difference")) == (0, 2)


def test_a_test_that_fails_names_what_failed_and_exits_with_1(promptkit, prompts):
    test = "{name: short, given: {question: Why}, has: Because, lacks: Why, roles: [system], at_most: 1}"
    tests = f"tests:\n  - {test}\n---\n"
    prompts(ask=HEADER.removesuffix("---\n") + tests + "{{ question }} {{ question }}\n")
    done = promptkit("template", "test", "prompts")
    assert done.code == 1
    assert done.out.splitlines() == [
        "failed ask: short",
        "    no message has 'Because'",
        "    a message has 'Why'",
        "    the roles are user, and not system",
        "    the messages are about 2 tokens, and may be 1",
    ]
    assert promptkit("template", "test", "prompts", "--json").json["tests"][0]["template"] == "ask"


def test_kept_messages_fail_once_they_change_until_they_are_updated(promptkit, prompts, tmp_path):
    prompts(ask=HEADER + "{{ question }}\n")
    assert promptkit("template", "test", "prompts", "--update").code == 0
    assert (tmp_path / "prompts/ask.golden").read_text() == "[user]\nHow far?\n"
    prompts(ask=HEADER + "{{ question }}\n\nBe brief.\n")
    changed = promptkit("template", "test", "prompts")
    assert (changed.code, "+Be brief." in changed.out) == (1, True)
    assert promptkit("template", "test", "prompts", "--update").code == 0
    assert promptkit("template", "test", "prompts").code == 0


def test_import_writes_a_template_and_reports_what_is_left_out(promptkit, tmp_path):
    (tmp_path / "chat.prompty").write_text(
        '---\nname: Chat\nmodel: {api: chat}\nsample: {question: "Why?"}\n---\nsystem:\nBe kind.\n\nuser:\n'
        "{{question}}\n"
    )
    done = promptkit("template", "import", "chat.prompty", "-o", "prompts")
    assert (done.code, done.out) == (0, "prompts/chat.j2\n")
    assert done.err == "not carried over: model: api; name the model with --model\n"
    assert promptkit("template", "lint", "prompts").code == 0
    assert promptkit("template", "import", "chat.prompty", "-o", "prompts").code == 2
    assert json.loads(promptkit("template", "import", "chat.prompty", "--json").out)["templates"][0]["name"] == "chat"
