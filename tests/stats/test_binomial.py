import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import binom

from promptkit.stats.binomial import cdf, likely, normal_quantile, pmf

SHARES = st.one_of(st.sampled_from([0.0, 0.5, 1.0]), st.floats(1e-6, 1 - 1e-6))


@given(st.integers(0, 20_000), st.floats(-0.01, 1.01), SHARES)
def test_the_chances_are_those_of_scipy(n, where, share):
    k = round(n * where)
    assert cdf(k, n, share) == pytest.approx(binom.cdf(k, n, share), rel=1e-9, abs=1e-300)
    assert pmf(k, n, share) == pytest.approx(binom.pmf(k, n, share), rel=1e-9, abs=1e-300)


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
