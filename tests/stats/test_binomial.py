import subprocess
import sys
from decimal import MIN_EMIN, Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.special import ndtri

from promptkit.stats.binomial import cdf, likely, normal_quantile, pmf

UNSURE = st.just(0.5) | st.floats(1e-6, 1 - 1e-6)
SHARES = st.sampled_from([0.0, 1.0]) | UNSURE


def chances(k: int, n: int, share: float) -> tuple[float, float]:
    """Of exactly and of at most `k`: all terms from 0 on in 50 digits, where nothing underflows."""
    with localcontext(prec=50, Emin=MIN_EMIN):
        p = Decimal(share)
        term = total = (1 - p) ** n
        for j in range(k):
            term *= (n - j) * p / ((j + 1) * (1 - p))
            total += term
        return float(term), float(total)


@given(st.integers(0, 20_000), st.floats(0, 1), UNSURE)
@example(n=1075, where=34 / 1075, share=0.5)  # 5.97e-260, which scipy takes for 0
def test_the_chances_are_exact(n, where, share):
    k = round(n * where)
    exactly, at_most = chances(k, n, share)
    assert pmf(k, n, share) == pytest.approx(exactly, rel=1e-9, abs=1e-300)
    assert cdf(k, n, share) == pytest.approx(at_most, rel=1e-9, abs=1e-300)


@given(st.integers(0, 20_000), SHARES)
def test_counts_that_can_not_be_have_no_chance(n, share):
    assert (pmf(-1, n, share), cdf(-1, n, share)) == (0, 0)
    assert (pmf(n + 1, n, share), cdf(n + 1, n, share)) == (0, 1)


@given(st.integers(1, 20_000))
def test_a_certain_outcome_is_the_only_one(n):
    assert [pmf(k, n, 0.0) for k in (0, 1)] == [1, 0]
    assert [pmf(k, n, 1.0) for k in (n - 1, n)] == [0, 1]
    assert [cdf(k, n, share) for share in (0.0, 1.0) for k in (0, n - 1, n)] == [1, 1, 1, 0, 0, 1]


@given(st.floats(1e-12, 1 - 1e-12))
def test_the_normal_quantile_is_that_of_scipy(share):
    assert normal_quantile(share) == pytest.approx(ndtri(share), rel=1e-12, abs=1e-12)


@given(st.integers(1, 100_000), SHARES)
def test_the_likely_counts_are_almost_all(n, share):
    counts = likely(n, share)
    assert 0 <= counts[0] <= counts[-1] <= n
    assert cdf(counts[-1], n, share) - cdf(counts[0] - 1, n, share) > 1 - 1e-8


PLAIN = """
import sys
from promptkit.stats import accuracy_interval, holm, paired_difference, smallest_detectable, verdict

pair = paired_difference([0.0, 1.0] * 50, [1.0, 1.0] * 50)
accuracy_interval([0.0, 1.0]), holm([pair.p]), verdict(pair, margin=0.02), smallest_detectable(100, pair.discordance)
assert not {"numpy", "scipy"} & sys.modules.keys()
paired_difference([0.5], [1.0])
assert "numpy" in sys.modules
"""


def test_right_or_wrong_scores_are_compared_without_numpy():
    assert subprocess.run([sys.executable, "-c", PLAIN], check=False).returncode == 0
