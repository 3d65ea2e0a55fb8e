"""What is compared when no task is named is declared in one file."""

import pytest

from promptkit.bench.planning import described_benchmark
from promptkit.cli.bench import bench
from promptkit.data_files import data_path
from promptkit.settings import RunLimits, RunSettings
from promptkit.tasks import load_task, task_names
from promptkit.tasks.first_run import first_run


def test_its_tasks_are_shipped_ones_with_as_many_items():
    assert set(first_run().tasks) <= set(task_names())
    assert all(len(load_task(name).items) >= first_run().limit for name in first_run().tasks)


def test_the_help_names_them():
    assert all(name in bench.__doc__ for name in first_run().tasks)
    assert "{" not in bench.__doc__.split("Examples")[0]


def test_a_benchmark_without_tasks_is_of_these():
    pytest.importorskip("xllamacpp", reason="the bundled model needs the extra `local`")
    planned = described_benchmark(RunSettings(), RunLimits())
    assert planned.settings.tasks == tuple(first_run().tasks)
    assert {len(task.items) for task in planned.tasks} == {first_run().limit}
    fewer = described_benchmark(RunSettings(limit=3), RunLimits())
    assert {len(task.items) for task in fewer.tasks} == {3}


def test_it_is_no_task_itself():
    assert data_path("first-run.yaml").is_file()
    assert "first-run" not in task_names()
