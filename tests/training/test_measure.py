# The page of a measurement says what was wanted, what came out, and in which forms.
from training.intervals import Share
from training.measure import UNSEEN, Target, _close, table


def test_a_held_out_figure_may_be_five_points_worse():
    said, muted = Target("gain", 55, 60.2, ""), Target("gain, held-out wordings", 55, 55.3, "")
    assert _close(said, muted).wanted == 55.2
    assert _close(said, muted).met


def test_a_row_of_the_page_has_its_unseen_forms_beside_it_and_its_steps_below():
    shares = {
        "stories direct": Share(1, 2),
        f"stories direct{UNSEEN}": Share(0, 1),
        "stories direct [steps=2]": Share(1, 4),
    }
    page = table([Target("gain", 55, 60.2, "+60.2")], shares, "python -m training small run --only measure")
    assert "| gain | at least 55 | +60.2 | yes |" in page
    assert f"| stories direct | {Share(1, 2)} | {Share(0, 1)} |" in page
    assert "| stories direct |  | 25 |" in page
