"""`promptkit judge`: have a model judge the replies of a run by a rubric, alone or in pairs, or read their answers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

import promptkit.by_path as by_path
from promptkit.analysis.labelled import labelled
from promptkit.analysis.preferences import Preferences
from promptkit.analysis.summary import tally
from promptkit.bench.benchmark import named_model
from promptkit.bench.given import split_options
from promptkit.bench.judged import items_to_judge, judgeable, judged_pairs, judged_run, judging_model, pairs_of_run
from promptkit.cli import exit_codes, options, output
from promptkit.cli.advancing import advancing
from promptkit.cli.grid import table_console
from promptkit.cli.label import print_labelled
from promptkit.cli.settings_options import with_settings
from promptkit.cli.tables import print_summary
from promptkit.errors import UsageError
from promptkit.formatting import counted
from promptkit.judges.judge import Judge
from promptkit.judges.pairwise import PairwiseJudge
from promptkit.judges.reader import AnswerReader
from promptkit.outcomes import Attempt
from promptkit.record.labels import read_labels
from promptkit.record.reader import Run, open_run
from promptkit.settings import RunLimits, RunSettings
from promptkit.specs import split_specs
from promptkit.text_files import read_text

_OF_BENCH = ("limit", "seed", "max_tokens", "concurrency", "max_calls", "max_cost")  # options that mean the same here


@with_settings(RunSettings, RunLimits, only=_OF_BENCH)
def judge(
    run: Annotated[Path, typer.Argument(help="A run's directory.", metavar="RUN")],
    *,
    model: Annotated[str, typer.Option("--model", "-m", help="The model that judges.", metavar="MODEL")],
    rubric: Annotated[str | None, typer.Option(help="The rubric: what counts, in words.", metavar="TEXT")] = None,
    rubric_file: Annotated[Path | None, typer.Option(help="A file with the rubric.", metavar="FILE")] = None,
    pair: Annotated[
        str | None,
        typer.Option(help="Compare the replies of these two strategies, in both orders.", metavar="A,B"),
    ] = None,
    highest: Annotated[
        int, typer.Option(min=1, max=100, help="The score of a reply that meets the whole rubric.", metavar="N")
    ] = 1,
    hide_target: Annotated[bool, typer.Option("--hide-target", help="Don't show the judge the right answers.")] = False,
    read: Annotated[
        bool, typer.Option("--read", help="Have the model read the answers that rules don't find, without a rubric.")
    ] = False,
    wording: Annotated[
        str, typer.Option(help="The wording of the judge's prompt, such as zh-Hant.", metavar="NAME")
    ] = "",
    templates: options.TemplateFolders = None,
    given: dict[str, Any],
    trust: options.Trust = False,
    json: options.Json = False,
) -> None:
    """Have a model judge the replies of a run by a rubric, or read the answers that rules don't find.

    With --read, replies that state their answer are read by rules, at no cost; the model is asked about the others
    alone, and is not told which answer is right.

    The model's calls are kept in the run's directory: each is paid for once, and the same command continues what was
    stopped. The run itself is not changed. Label some replies with `promptkit label` to see how far the model can be
    trusted; --limit begins with the items that `promptkit label` draws first.

    Examples:
        promptkit judge runs/mini -m openai/gpt-6-luna --rubric-file rubric.md

        promptkit judge runs/mini -m openai/gpt-6-luna --rubric "The reply is polite." --pair direct,cot

        promptkit judge runs/mini -m openai/gpt-6-luna --rubric-file rubric.md --limit 50 --max-cost 1 --max-tokens 500

        promptkit judge runs/mini -m openai/gpt-6-luna --read
    """
    by_path.trust_files(trust)
    by_path.typed(model)
    if read and (rubric is not None or rubric_file or pair or hide_target or highest != 1):
        raise UsageError("--read takes none of --rubric, --rubric-file, --pair, --highest and --hide-target")
    if not read and (rubric is None) == (rubric_file is None):
        raise UsageError("a judge needs one rubric; give --rubric or --rubric-file, or --read to have answers read")
    text = (read_text(rubric_file) if rubric_file else rubric or "").strip()
    found = options.templates_in(templates)
    others, limits = split_options(given)
    settings = RunSettings(model=(model,), **others)
    asked: Judge | AnswerReader
    if read:
        asked = AnswerReader(model=model, max_tokens=settings.max_tokens, wording=wording, templates=found)
    else:
        asked = Judge(
            model=model,
            rubric=text,
            highest=highest,
            target=not hide_target,
            max_tokens=settings.max_tokens,
            wording=wording,
            templates=found,
        )
    with open_run(run) as opened:
        if not read and any(item.has_images for item in opened.items()):
            output.print_notice("questions of this run show images, which the judge does not see")
        if pair is None or isinstance(asked, AnswerReader):
            attempts = asyncio.run(_one_by_one(opened, settings, RunLimits(**limits), asked))
            return _print_grades(attempts, opened, read=read, json=json)
        names = split_specs(pair)
        if len(names) != 2 or names[0] == names[1]:
            raise UsageError(f"--pair {pair}: name two strategies, separated by a comma")
        preferred = asyncio.run(_beside(opened, names, settings, RunLimits(**limits), asked))
    return _print_preferences(preferred, run, json=json)


async def _one_by_one(run: Run, settings: RunSettings, limits: RunLimits, judge: Judge | AnswerReader) -> list[Attempt]:
    async with judging_model(named_model(settings.model[0], settings), run, settings, limits) as model:
        items = items_to_judge(run, settings.limit, settings.seed)
        items = _readable(run, items) if isinstance(judge, AnswerReader) else items
        with advancing("reading" if isinstance(judge, AnswerReader) else "judging", judgeable(run, items)) as advance:
            return await judged_run(run, judge.asking(lambda _: model), advance, items)


def _readable(run: Run, items: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """`items` without those of tasks whose replies are code: that is run, and nothing of it is read."""
    code = {task for task, answer in run.answer_types.items() if answer.kind == "code"}
    kept = {one for one in items if one[0] not in code}
    if items and not kept:
        raise UsageError(f"the replies of {run.directory} are code, which is run: there is nothing to read")
    if code:
        output.print_notice(f"left out, since code is run and not read: {', '.join(sorted(code))}")
    return kept


async def _beside(
    run: Run, names: Sequence[str], settings: RunSettings, limits: RunLimits, judge: Judge
) -> list[Preferences]:
    pairs = pairs_of_run(run, names, items_to_judge(run, settings.limit, settings.seed))
    async with judging_model(named_model(settings.model[0], settings), run, settings, limits) as model:
        with advancing("judging", sum(map(len, pairs.values()))) as advance:
            return await judged_pairs(pairs, names, PairwiseJudge(judge.asking(lambda _: model)), advance)


def _print_grades(attempts: list[Attempt], run: Run, *, read: bool, json: bool) -> None:
    """Print the strategies by the judge; and by people's labels, where some replies have one."""
    otherwise = _otherwise(attempts, run) if read else {}
    counted, labels = tally(attempts), read_labels(run.directory)
    given = run.configuration.get("baseline")
    baseline = given if isinstance(given, str) and given in counted.strategies() else None
    by_people = labelled(attempts, labels, baseline) if labels else None
    summary = counted.summary(baseline=baseline)
    if json:
        shown = summary.to_json(run=str(run.directory), complete=True)
        output.print_json({**shown, "labelled": asdict(by_people) if by_people else None, **otherwise})
    else:
        print_summary(summary)
        if read:
            now, no_longer = otherwise.values()
            output.print_text(
                f"compared with the run's own verdicts, {now:,} more replies are right, and {no_longer:,} are no longer"
            )
        if by_people:
            print_labelled(by_people)
    if not summary.complete:
        output.print_notice(
            "incomplete: not every reply could be judged; the same command asks again where a call failed, not where "
            "what came back could not be read"
        )
        raise typer.Exit(exit_codes.INCOMPLETE)


def _otherwise(attempts: Iterable[Attempt], run: Run) -> dict[str, int]:
    """How many replies are right that are not so in the run, and the other way round."""
    was = {(*one.group, one.item, one.replicate): one.outcome == "correct" for one in run.attempts()}
    both = Counter((was[*one.group, one.item, one.replicate], one.outcome == "correct") for one in attempts)
    return {"now_right": both[False, True], "no_longer_right": both[True, False]}


def _print_preferences(found: Sequence[Preferences], run: Path, *, json: bool) -> None:
    if json:
        listed = [{**asdict(one), "usage": one.usage.model_dump()} for one in found]
        output.print_json({"run": str(run), "preferences": listed})
    else:
        _print_sentences(found)
    if any(one.failed for one in found):
        output.print_notice("incomplete: not every pair could be judged; run the same command again to judge the rest")
        raise typer.Exit(exit_codes.INCOMPLETE)


def _print_sentences(found: Sequence[Preferences]) -> None:
    out = table_console()
    for one in found:
        out.print(Text(f"\ntask {one.task}, model {one.model}", "bold"))
        out.print(Text(f"  {one.sentence()}"))
        out.print(Text(f"  preferred alike in both orders: {one.consistent}"))
        out.print(Text(f"  for the reply shown first: {one.first}"))
        out.print(Text(f"  for the longer reply: {one.longer}"))
        for warning in one.warnings():
            out.print(Text(f"  warning: {warning}", "bold"))
        tokens = f"{one.usage.input_tokens:,} tokens in, {one.usage.output_tokens:,} out"
        out.print(Text(f"  judging took {counted(one.usage.calls, 'call')}, {tokens}"))
