"""The benchmark harness: tasks, runner, outcomes, summaries."""
