"""What `python -m benchmarks.growth` says of runs that it has not made."""

from benchmarks.growth.__main__ import duration, growth, line, workers

SIZES = (1000, 2000)
ALONE = (
    {"wall": 2.0, "cpu": 1.0, "peak_mb": 80.0, "record_mb": 1.0, "reading": 0.5},
    {"wall": 3.0, "cpu": 1.5, "peak_mb": 81.0, "record_mb": 2.0, "reading": 0.75},
)


def test_a_larger_run_is_on_the_straight_line_through_both():
    assert line(SIZES, ALONE, 11_000) == {"cpu": 6.0, "peak_mb": 90.0, "record_mb": 11.0, "reading": 3.0}


def test_what_was_not_measured_is_told_as_simulated():
    rows = list(growth(SIZES, ALONE))[2:]
    assert [row.split(" | ")[1] for row in rows] == ["measured"] * 2 + ["simulated"] * 4
    assert rows[2].startswith("| 10,000 | simulated | 5.5 s | 89 | 10 | 2.8 s | 20.0 min | 60.0 s |")


def test_the_cost_of_a_call_is_the_difference_of_two_runs():
    on_ray = ({**ALONE[0], "actors_cpu": 0.1}, {**ALONE[1], "cpu": 2.0, "actors_cpu": 0.4, "calls": [1500, 500]})
    rows = list(workers(SIZES, {0: ALONE, 2: on_ray}))[2:]
    assert rows == [
        "| the process itself | 1.00 | 0.50 |  |  |",
        "| Ray, 2 actors | 1.00 | 1.00 | 0.20 | 1,500, 500 |",
    ]


def test_durations_have_the_unit_that_suits_them():
    assert [duration(s) for s in (1.25, 119, 120, 7200, 864_000)] == [
        "1.2 s",
        "119.0 s",
        "2.0 min",
        "2.0 h",
        "10.0 days",
    ]
