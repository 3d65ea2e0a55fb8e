"""Calendar dates."""

from datetime import date

import pytest

from promptkit.answers import AnswerType
from promptkit.errors import UsageError

DATE = AnswerType("date")


@pytest.mark.parametrize(
    "written",
    [
        "07/09/1972",
        "7/9/1972",
        "07-09-1972",
        "1972-07-09",
        "1972/7/9",
        "July 9, 1972",
        "Jul. 9th, 1972",
        "9 July 1972",
        "the 9th of July 1972",
        "1972年7月9日",
        "1972 年 7 月 9 日",
        "**07/09/1972**",
    ],
)
def test_a_date_is_read_in_any_notation(written):
    for reply in (written, f"So the answer is {written}."):
        found = DATE.find(reply)
        assert found is not None
        assert (found.value, found.key, found.explicit) == (date(1972, 7, 9), "1972-07-09", True)


def test_a_month_above_twelve_is_the_day():
    found = DATE.find("31/12/1999")
    assert found is not None
    assert found.key == "1999-12-31"


def test_without_an_announcement_the_last_date_counts():
    found = DATE.find("The party is on 02/02/2020. Ten days before that was January 23, 2020.")
    assert found is not None
    assert (found.key, found.rule, found.explicit) == ("2020-01-23", "last date", False)


def test_the_correction_of_an_impossible_date_counts():
    found = DATE.find("The answer is 02/31/2008. But that is no day, so the correct answer would be 02/29/2008.")
    assert found is not None
    assert found.key == "2008-02-29"


@pytest.mark.parametrize(
    "reply",
    [
        "The answer is 02/31/2008.",
        "It was 05/06/2019 then. So the answer is 11/02/YYYY.",
        "Today is 8/3/1997. Without more context, we cannot determine the date.",
        "The answer is May 5, 2020 or May 6, 2020.",
        "It is 05/06/2020 or 06/05/2020.",
        "In March 1999.",
    ],
)
def test_an_unfinished_date_a_hedge_or_a_refusal_is_no_date(reply):
    assert DATE.find(reply) is None


def test_a_target_that_is_no_date_is_refused():
    with pytest.raises(UsageError, match="'soon' is not a date"):
        DATE.check_target("soon")
