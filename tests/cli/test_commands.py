"""ask, preview, score, template and models."""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from promptkit.cli import exit_codes
from promptkit.cli.app import COMMANDS
from promptkit.distribution import version_of
from tests.loopback import faults
from tests.pictures import picture


def test_ask_prints_the_answer_alone(promptkit, openai):
    done = promptkit("ask", "How many legs do 3 spiders have?", "--model", "openai/mock")
    assert (done.code, done.out) == (0, "The answer is 24.\n")


@pytest.mark.parametrize("question", ["", "  "])
def test_an_empty_question_is_not_asked(promptkit, openai, question):
    done = promptkit("ask", question, "--model", "openai/mock")
    assert (done.code, done.out, done.err) == (2, "", "promptkit: the question is empty; nothing was asked\n")


def test_ask_can_show_how_the_answer_came_to_be(promptkit, openai):
    done = promptkit("ask", "How many?", "--model", "openai/mock", "--strategy", "cot", "--trace")
    assert done.err.startswith("ChainOfThought  1 call,")


def test_ask_as_json_holds_the_answer_and_the_trace(promptkit, openai):
    done = promptkit("ask", "How many?", "-m", "openai/mock", "-s", "cot", "--answer", "number", "--json")
    assert done.json["answer"] == "24"
    assert done.json["usage"]["calls"] == 1
    assert [row["by"] for row in done.json["trace"]] == ["ChainOfThought", "openai/mock"]


def test_ask_on_the_bundled_model_needs_no_key_and_repeats(promptkit):
    pytest.importorskip("xllamacpp", reason="the bundled model needs the extra `local`")
    question = "Anna has 3 pens. She buys 4 more. How many pens does Anna have?"
    first = promptkit("ask", question, "--strategy", "cot")
    assert first.code == 0
    assert "7" in first.out
    assert promptkit("ask", question, "--strategy", "cot").out == first.out


def test_ask_reports_a_reply_that_was_cut_off_and_the_way_out(promptkit, openai):
    openai.then(faults.CUT_BY_LIMIT)
    done = promptkit("ask", "How many?", "-m", "openai/mock")
    assert done.err == "the reply was cut off: it reached 4 tokens; raise --max-tokens\n"


def test_the_first_ctrl_c_ends_ask_at_once():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        asking = subprocess.Popen(
            [sys.executable, "-m", "promptkit", "ask", "q", "-m", "openai/mock"],
            env={**os.environ, "OPENAI_BASE_URL": address, "OPENAI_API_KEY": "k"},
        )
        connection, _ = silent.accept()
        asking.send_signal(signal.SIGINT)
        assert asking.wait(60) == 130
        connection.close()


def test_a_refused_connection_is_shown_at_once_and_again_at_the_end_with_exit_code_1(promptkit, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-x")
    done = promptkit("ask", "How many?", "-m", "openai/mock")
    assert done.code == 1
    first, last = done.err.splitlines()
    assert first.startswith("could not reach http://127.0.0.1:9/v1 (connection refused)")
    assert first.endswith("trying again for a while; Ctrl-C stops it")
    assert last.startswith("promptkit: openai/mock failed 6 times")


def test_an_unknown_model_name_is_one_line_and_exit_code_2(promptkit, openai):
    openai.then(faults.failing(404))
    done = promptkit("ask", "How many?", "-m", "openai/nobody")
    assert done.code == 2
    assert "openai/nobody" in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_missing_key_is_one_line_and_exit_code_2(promptkit, provider):
    done = promptkit("ask", "How many?", "-m", f"{provider}/x")
    assert done.code == 2
    assert f"{provider.upper()}_API_KEY is not set" in done.err
    assert done.err.count("\n") == 1


def test_preview_shows_the_exact_prompts_and_sends_nothing(promptkit):
    done = promptkit("preview", "How many legs?", "--strategy", "cot+reflect")
    assert done.code == 0
    assert "How many legs?\n\nReason step by step, then give the answer." in done.out
    assert done.out.count("── call") == 3


def test_text_that_no_terminal_can_show_is_written_out(promptkit):
    assert "\\udcff" in promptkit("preview", "What is \udcff?", "--strategy", "cot").out


def test_preview_as_json(promptkit):
    done = promptkit("preview", "How many legs?", "--strategy", "plan+self-consistency(draws=2)", "--json")
    calls = done.json["calls"]
    assert [call["step"] for call in calls[:4]] == ["plan", "sub-question 1", "sub-question 2", "combine"]
    assert {call["prompt"]["draw"] for call in calls} == {0, 1}


def test_score_prints_the_comparison_without_calling_anything(promptkit, tmp_path):
    rows = [
        {"question": f"{i}?", "target": "24", "output": said, "strategy": strategy}
        for i in range(12)
        for strategy, said in (("direct", "18"), ("cot", "The answer is 24."))
    ]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = promptkit("score", "r.jsonl", "--answer", "number", "--json")
    assert done.code == 0
    assert [row["accuracy"] for row in done.json["rows"]] == [0, 1]
    assert done.json["comparisons"][0]["gained"] == 12
    table = promptkit("score", "r.jsonl", "--answer", "number", "--by", "model", "--baseline", "cot")
    assert "model unknown" in table.out
    assert "−100.0" in table.out.replace("-", "−")


@pytest.mark.parametrize("arguments", [["none.jsonl"], ["none.jsonl", "--baseline", "x"], [".", "--answer", "number"]])
def test_score_names_a_file_it_can_not_read(promptkit, arguments):
    done = promptkit("score", *arguments)
    assert done.code == 2
    assert "Traceback" not in done.err


def test_template_list_show_and_render(promptkit):
    assert "chain_of_thought/think" in promptkit("template", "list").out
    assert "arXiv:2205.11916" in promptkit("template", "show", "chain_of_thought/think").out
    rendered = promptkit("template", "render", "chain_of_thought/think", "--set", "question=How far?", "--json")
    assert rendered.json["messages"] == [
        {"role": "user", "content": "How far?\n\nReason step by step, then give the answer."}
    ]


def test_template_render_takes_lists_as_yaml(promptkit):
    done = promptkit("template", "render", "explicit_instructions/instructions", "--set", "rules=[Be brief., Be kind.]")
    assert "- Be brief.\n- Be kind." in done.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "nothing"],
        ["render", "chain_of_thought/think", "--set", "question"],
        ["render", "chain_of_thought/think", "--set", "nobody=1"],
        ["render", "explicit_instructions/instructions", "--set", "rules=[a"],
        ["list", "--templates", "nowhere"],
    ],
)
def test_a_mistake_with_templates_is_one_line_and_exit_code_2(promptkit, arguments):
    done = promptkit("template", *arguments)
    assert done.code == 2
    assert done.err.count("\n") == 1


def test_models_says_what_is_missing_and_never_shows_a_key(promptkit, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-planted")
    done = promptkit("models")
    assert "OPENAI_API_KEY is not set" in done.out
    assert "ANTHROPIC_API_KEY is set" in done.out
    assert "sk-planted" not in done.out
    names = [p["name"] for p in promptkit("models", "--json").json["providers"]]
    assert names[:3] == ["nano", "nano-base", "gguf"]
    assert {"openai", "anthropic", "ollama", "vllm", "llamacpp", "lmstudio"} <= set(names)


@pytest.mark.parametrize("command", [[], ["ask"], ["preview"], ["bench"], ["score"], ["models"], ["template"]])
def test_every_command_has_help(promptkit, command):
    done = promptkit(*command, "--help")
    assert done.code == 0
    assert "Usage" in done.out


@pytest.mark.parametrize("command", ["ask", "preview", "bench", "score"])
def test_the_help_has_examples(promptkit, command):
    assert f"promptkit {command} " in promptkit(command, "--help").out.split("Example")[1]


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in {"models", "template", "task", "examples"}])
def test_every_example_of_the_help_begins_on_a_line_of_its_own(promptkit, monkeypatch, command, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = promptkit(command, "--help").out
    assert max(map(len, shown.splitlines())) <= columns
    heading, *lines = shown.split("Example", 1)[1].split("╭")[0].splitlines()
    assert heading.strip() in {":", "s:"}
    starts = [line.strip() for line in lines if "•" in line]
    assert starts
    assert all(line.startswith("• promptkit ") for line in starts)


def test_defaults_in_the_help_are_those_of_the_settings(promptkit, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    shown = promptkit("bench", "--help").out
    for name, default in (("--concurrency", "64"), ("--attempts", "10"), ("--margin", "0.02"), ("--model", "nano")):
        (line,) = [line for line in shown.splitlines() if f" {name} " in line]
        assert f"Default: {default}." in line


def test_every_command_is_listed_with_what_it_does(promptkit):
    shown = promptkit("--help").out
    for command, summary in COMMANDS.items():
        assert f" {command} " in shown
        assert summary.split()[0] in shown
    headings = [line.strip("╭─╮ ") for line in shown.splitlines() if line.startswith("╭")]
    assert headings == [
        "Options",
        "Ask",
        "Measure",
        "Read results",
        "Judge replies",
        "Tasks, templates and plugins",
    ]


def test_a_group_tells_what_it_is_for(promptkit):
    assert "Make examples for few-shot from a model's own correct reasoning." in promptkit("examples", "--help").out


def test_the_version_is_printed(promptkit):
    assert promptkit("--version").out == f"promptkit {version_of('promptkit')}\n"


def test_the_help_imports_no_command():
    code = (
        "import sys; from promptkit.cli.app import main; sys.argv[1:] = ['--help']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([name for name in ('pydantic', 'jinja2', 'asyncio', 'promptkit.cli.bench') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "no such command 'nothing'; see"),
        (["ask"], "missing argument"),
        (["bench", "--limit", "0"], "invalid value for '--limit'"),
        (["ask", "?", "--temperature", "inf"], "invalid value for '--temperature': it should be a finite number"),
        (["bench", "--timeout-seconds", "0"], "--timeout-seconds: it should be greater than 0"),
        (["bench", "--qqq"], "no such option: --qqq; see"),
        (["resume", "--seed", "3", "r"], "no such option: --seed"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_code_2(promptkit, arguments, message):
    done = promptkit(*arguments)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert message in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("bench", "q.csv", "-s", ""), "--strategies: it is empty; name at least one, or leave it out"),
        (("bench", "q.csv", "-s", ","), "--strategies: it is empty"),
        (("bench", "q.csv", "--answer", "number", "-s", "direct", "--dry-run", "--fail-if", "a <"), "'a <'"),
        (("preview", "q.csv", "-s", "cot"), "q.csv names a task and is no question; write --task q.csv"),
        (("preview", "stories", "-s", "cot"), "stories names a task and is no question"),
        (("score", "empty.csv", "--answer", "number"), "empty.csv has no rows"),
        (("score", "q.csv", "empty.csv", "--answer", "number", "--grader", "operator:eq"), "empty.csv has no rows"),
    ],
)
def test_what_is_empty_or_in_the_wrong_place_is_refused_and_nothing_else_is_done_instead(
    promptkit, tmp_path, arguments, message
):
    (tmp_path / "q.csv").write_text("question,target,output\n1 + 1?,2,2\n")
    (tmp_path / "empty.csv").write_text("question,target,output\n")
    done = promptkit(*arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_a_question_that_only_mentions_a_file_is_a_question(promptkit):
    assert promptkit("preview", "What is in q.csv", "-s", "cot").code == 0


def test_a_place_that_can_not_be_written_is_one_line(promptkit, tmp_path):
    assert promptkit("bench", "stories", "-s", "direct", "--limit", "2", "--run", "r").code == 0
    done = promptkit("label", "r", "--export", tmp_path / "nowhere" / "x.csv")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "x.csv: No such file or directory; name another file or folder" in done.err


def test_what_can_not_be_meant_in_templates_is_refused_in_one_line_before_anything_is_sent(promptkit, tmp_path):
    (tmp_path / "tpl" / "chain_of_thought").mkdir(parents=True)
    (tmp_path / "tpl" / "chain_of_thought" / "think.j2").write_text("Think hard.")
    (tmp_path / "t.jsonl").write_text('{"question": "3 + 4?", "target": "7"}\n')
    mistake = (
        "promptkit: template chain_of_thought/think: the input `question` is never shown "
        "(tpl/chain_of_thought/think.j2, line 1); write {{ question }} where it belongs\n"
    )
    for command in (
        ["preview", "?", "-s", "cot"],
        ["ask", "?", "-s", "cot", "-m", "ollama/x"],
        ["bench", "t.jsonl", "--answer", "number", "-m", "ollama/x", "-s", "direct,cot"],
    ):
        done = promptkit(*command, "--templates", "tpl")
        assert (done.code, done.err.replace(f"{tmp_path}/", "")) == (2, mistake), command


@pytest.mark.parametrize("command", [["preview", "?", "-s", "direct"], ["ask", "?"]])
def test_a_template_that_is_never_read_is_refused_whatever_is_asked(promptkit, tmp_path, command):
    (tmp_path / "tpl" / "chain_of_thougt").mkdir(parents=True)
    (tmp_path / "tpl" / "chain_of_thougt" / "think.j2").write_text("{{ question }} Think hard.")
    done = promptkit(*command, "--templates", "tpl")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "no strategy uses 'chain_of_thougt/think'" in done.err
    assert "did you mean chain_of_thought/think?" in done.err


def test_an_input_that_a_template_without_front_matter_does_not_take_is_refused(promptkit, tmp_path):
    (tmp_path / "t.j2").write_text("{{ question }}")
    done = promptkit("template", "render", "t", "--templates", ".", "--set", "nonsense=1")
    assert (done.code, done.err) == (2, "promptkit: template t has no input 'nonsense'; it has question\n")
    assert (
        promptkit("template", "render", "t", "--templates", ".", "--set", "question=q").out
        == "[user] about 1 token\nq\n\n"
    )


@pytest.mark.parametrize("command", ["bench", "score", "curve", "rescore"])
def test_the_help_shows_what_tags_are_like(promptkit, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "200")
    assert "besides <think> and the like" in promptkit(command, "--help").out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device here that is always full")
@pytest.mark.parametrize("command", [("--help",), ("template", "list"), ("preview", "1 + 1?", "-s", "cot")])
def test_output_that_finds_no_room_ends_in_one_line(command):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "promptkit", *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.stderr == (
        "promptkit: the output can't be written: No space left on device; make room, or write it elsewhere\n"
    )
    assert done.returncode == 1


def _ended_without_reader(*command, also_errors=False):
    """How a command ends whose output nobody reads any more: its exit code, and what it wrote on standard error."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "promptkit", *command],
            stdout=writer,
            stderr=writer if also_errors else subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writer)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("--help",),
        ("--version",),
        ("bench", "--help"),
        ("techniques",),
        ("template", "list", "--json"),
        ("preview", "1 + 1?", "-s", "cot"),
        ("bench", "stories", "-s", "direct", "--dry-run"),
        ("ask", "1 + 1?", "--max-tokens", "5"),
    ],
)
def test_a_command_whose_reader_has_gone_ends_in_silence_as_any_program_does(command):
    assert _ended_without_reader(*command) == (exit_codes.READER_GONE, "")
    assert _ended_without_reader(*command, also_errors=True) == (exit_codes.READER_GONE, None)


def test_a_run_whose_reader_has_gone_is_recorded_and_so_is_its_report_that_nobody_reads(promptkit, tmp_path):
    run = ("bench", "stories", "-s", "direct", "--limit", "2", "--run", str(tmp_path / "r"))
    assert _ended_without_reader(*run)[0] == exit_codes.READER_GONE
    assert promptkit("status", "r", "--json").json["attempts"] == 2
    report = ("report", str(tmp_path / "r"), "--format", "md", "--output", "/dev/stdout")
    assert _ended_without_reader(*report) == (exit_codes.READER_GONE, "")


def test_ask_shows_the_model_the_images_that_are_given(promptkit, openai, tmp_path):
    (tmp_path / "sign.txt").write_bytes(picture())
    done = promptkit("ask", "What?", "-m", "openai/mock", "--image", "sign.txt", "--image", "https://example.org/a.png")
    assert done.code == 0
    *images, text = openai.requests[-1].body["messages"][0]["content"]
    assert text == {"type": "text", "text": "What?"}
    urls = [image["image_url"]["url"] for image in images]
    assert urls == [f"data:image/png;base64,{base64.b64encode(picture()).decode()}", "https://example.org/a.png"]


@pytest.mark.parametrize("name", ["none.png", ".", "sign.txt"])
def test_ask_sends_nothing_where_an_image_can_not_be_sent(promptkit, openai, tmp_path, name):
    (tmp_path / "sign.txt").write_text("STOP")
    done = promptkit("ask", "What?", "-m", "openai/mock", "--image", name)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("promptkit: the image ")
    assert done.err.count("\n") == 1
    assert openai.requests == []
