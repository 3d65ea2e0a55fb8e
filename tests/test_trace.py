import json

from promptkit import ChainOfThought, PlanThenSolve, run, trace_rows, trace_tree, write_trace
from tests.players import Player


def solved():
    model = Player(["1. One?\n2. Two?", "8", "24", "24"])
    return run(PlanThenSolve(ChainOfThought(model)), "How many?")


def test_the_tree_says_who_was_asked_for_what():
    lines = trace_tree(solved()).splitlines()
    assert lines[0].startswith("PlanThenSolve  4 calls")
    assert lines[1].startswith("├─ plan: player")
    assert lines[2].startswith("├─ sub-question 1: ChainOfThought  1 call,")
    assert lines[3].startswith("│  └─ player")
    assert lines[-1].startswith("└─ combine: player")


def test_a_fallback_is_seen_in_the_tree():
    tree = trace_tree(run(PlanThenSolve(Player(["no list"])), "How many?"))
    assert "asked the question whole" in tree.splitlines()[0]


def test_the_rows_are_the_nodes_with_their_parents(tmp_path):
    answer = solved()
    write_trace(answer, tmp_path / "trace.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "trace.jsonl").read_text().splitlines()]
    assert rows == list(trace_rows(answer))
    assert [row["parent"] for row in rows] == [None, 0, 0, 2, 0, 4, 0]
    assert sum(row["usage"]["calls"] for row in rows if row["parent"] == 0) == rows[0]["usage"]["calls"]
