"""The benchmark that settings describe: their tasks and models loaded, and all of it checked."""

from __future__ import annotations

from collections.abc import Sequence

from promptkit.bench.benchmark import Benchmark, named_model, select_items
from promptkit.bench.checking import check_benchmark
from promptkit.bench.wording import RunWording
from promptkit.judges.named import graders_by_name, with_rubrics
from promptkit.record.wordings import RecordedText
from promptkit.settings import RunLimits, RunSettings, known_answer
from promptkit.tasks import load_task
from promptkit.tasks.first_run import first_run


def described_benchmark(settings: RunSettings, limits: RunLimits, recorded: Sequence[RecordedText] = ()) -> Benchmark:
    """The benchmark of these settings; of the first run's tasks, where they name none.

    `recorded` are the texts of templates that it is to be worded with.

    Raises:
        UsageError: what is wrong with them.
    """
    known_answer(settings.answer)
    settings = settings.updated({"grader": with_rubrics(settings.grader)}) if settings.grader else settings
    if not settings.tasks:
        first = first_run()
        settings = settings.updated({"tasks": tuple(first.tasks), "limit": settings.limit or first.limit})
    tasks = [
        load_task(
            name, answer=settings.answer, labels=settings.labels, seed=settings.seed, **settings.reading()
        ).marked(settings.think_tags)
        for name in settings.tasks
    ]
    models = tuple(named_model(name, settings, limits.engine) for name in settings.model)
    chosen = tuple(select_items(task, settings) for task in tasks)
    wording = RunWording.of(settings.template_folders, settings.strategies, recorded)
    graders = graders_by_name(settings.grader, wording.templates)
    planned = Benchmark(chosen, models, (), settings, limits, graders, wording=wording)
    check_benchmark(planned)
    return planned
