import json
import re

import pytest

from tests.loopback import Fault

WORDING = "<wording>\n{{ question }}\n\nThink carefully, then answer.\n</wording>"
MODELS = ("-m", "openai/adder", "--reflection-model", "openai/proposer")
SMALL = ("--train", "10", "--validation", "10", "--held-out", "40", "--max-calls", "200")


@pytest.fixture
def here(tmp_path, openai):
    """A task of sums, and models that get them right once told to be careful, and propose that."""
    rows = [{"question": f"What is {n} + 20?", "target": str(n + 20)} for n in range(90)]
    (tmp_path / "sums.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    def answer(turns):
        text = turns[-1]["content"]
        if "<wording>" in text:
            return WORDING
        number = int(re.findall(r"is (\d+) \+", text)[-1])
        return f"The answer is {number + 20 + ('carefully' not in text)}."

    openai.answer = answer
    return tmp_path


def optimize(promptkit, *more):
    return promptkit("optimize", "sums.jsonl", "--answer", "number", "-s", "cot", *MODELS, *SMALL, *more)


def test_a_gain_is_shown_with_its_figures_and_how_to_use_it(promptkit, openai, here):
    ran = optimize(promptkit, "--run", "r")
    assert ran.code == 0, ran.err
    assert "10 train and 10 validation items for the search, 40 held-out items for the proof" in ran.err
    assert "at most 200 requests: 120 for the search, 80 kept back for the proof" in ran.err
    assert "gain shown: cot@optimized is better than cot: +100.0 points" in ran.out
    assert "+ Think carefully, then answer." in ran.out
    (use,) = re.findall(r"use it: promptkit (.*)", ran.out)
    again = promptkit(*use.replace(" -s", " --answer number --limit 5 -s").split())
    assert (again.code, "100.0 %" in again.out) == (0, True), again.err


def test_a_dry_run_tells_requests_tokens_and_price_and_sends_and_writes_nothing(promptkit, openai, here):
    ran = optimize(promptkit, "--dry-run", "--json", "--run", "r")
    assert (ran.code, openai.requests, (here / "r").exists()) == (0, [], False), ran.err
    assert ran.json["sizes"] == {"train": 10, "validation": 10, "held_out": 40}
    shares = {share["part"]: share for share in ran.json["forecast"]}
    assert shares["proof"]["requests"] == [0, 80]
    assert sum(share["requests"][1] for share in shares.values()) <= 200
    assert all(share["input_tokens"][1] > 0 for share in shares.values())
    shown = optimize(promptkit, "--dry-run")
    assert "at most 200 requests in all, failed ones included" in shown.out


def test_no_better_candidate_ends_with_exit_code_4(promptkit, openai, here):
    openai.answer = lambda turns: WORDING if "<wording>" in turns[-1]["content"] else "The answer is 20."
    ran = optimize(promptkit, "--run", "r")
    assert ran.code == 4, ran.err
    assert "no gain shown" in ran.out


def test_json_is_one_object_with_candidates_and_comparison(promptkit, openai, here):
    ran = optimize(promptkit, "--run", "r", "--json")
    assert ran.json["gain"] is True
    assert [one["fate"] for one in ran.json["candidates"]] == ["original", "scored"]
    assert ran.json["comparison"]["verdict"] == "better"
    assert ran.json["requests"] == len(openai.requests)


def test_it_goes_on_by_its_directory_alone_and_asks_nothing_again(promptkit, openai, here):
    first = optimize(promptkit, "--run", "r", "--json")
    asked = len(openai.requests)
    again = promptkit("optimize", "--run", "r", "--json")
    assert (again.code, len(openai.requests)) == (0, asked), again.err
    assert again.json["verdict"] == first.json["verdict"]


def test_its_run_can_be_reported_and_is_not_resumed_as_a_bench(promptkit, openai, here):
    optimize(promptkit, "--run", "r")
    report = promptkit("report", "r", "--format", "md", "--output", "r.md")
    assert report.code == 0, report.err
    assert "cot@optimized" in (here / "r.md").read_text()
    for command in (("resume", "r"), ("bench", "--run", "r")):
        ran = promptkit(*command)
        assert (ran.code, "promptkit optimize --run r" in ran.err) == (2, True), ran.err


def test_a_bench_is_not_gone_on_with(promptkit, openai, here):
    promptkit(
        "bench", "sums.jsonl", "--answer", "number", "-s", "cot", "-m", "openai/adder", "--run", "r", "--limit", "2"
    )
    ran = optimize(promptkit, "--run", "r")
    assert (ran.code, "is not an optimisation; give another --run" in ran.err) == (2, True), ran.err


def test_too_small_a_budget_is_told_with_what_is_needed(promptkit, openai, here):
    ran = optimize(promptkit, "--max-calls", "100")
    assert (ran.code, openai.requests) == (2, [])
    assert "takes 80, and the first step of the search 33; raise it to 113" in ran.err


def test_a_small_reflection_model_is_doubted(promptkit, openai, here):
    ran = optimize(promptkit, "-m", "nano", "--reflection-model", "nano", "--dry-run")
    assert "nano is asked to write prompts, which small models can't do" in ran.err


def test_a_refused_key_stops_it_with_one_line(promptkit, openai, here):
    openai.fails = lambda body: Fault(status=401, message="no such key")
    ran = optimize(promptkit, "--run", "r")
    assert (ran.code, "Traceback" in ran.err) == (2, False), ran.err
    assert "resume with: promptkit optimize --run r" in ran.err


def test_help_shows_examples(promptkit):
    ran = promptkit("optimize", "--help")
    assert (ran.code, "promptkit optimize tickets.yaml -s cot" in " ".join(ran.out.split())) == (0, True)
