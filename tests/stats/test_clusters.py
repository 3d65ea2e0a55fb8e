import numpy as np
import pytest

from promptkit.stats.clusters import Grouped


def test_without_clusters_the_variance_of_the_mean_is_the_sample_variance_over_n():
    values = np.array([0.1, 0.5, 0.9, 1.0])
    assert Grouped.of(values, None).variance == pytest.approx(values.var(ddof=1) / 4)


def test_with_clusters_it_is_the_jackknife_over_clusters():
    values, clusters = np.array([1.0, 1.0, 0.0, 0.0, 1.0, 0.0]), ["a", "a", "b", "b", "b", "c"]
    left_out = [values[[c != name for c in clusters]].mean() for name in "abc"]
    expected = 2 / 3 * sum((mean - values.mean()) ** 2 for mean in left_out)
    assert Grouped.of(values, clusters).variance == pytest.approx(expected)


def test_equal_clusters_all_count_and_unequal_ones_count_for_fewer():
    assert Grouped.of(np.ones(6), list("aabbcc")).effective == 3
    assert Grouped.of(np.ones(6), list("aaaabc")).effective == 2
