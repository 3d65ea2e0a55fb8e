"""Item scores for property tests."""

from hypothesis import strategies as st

binary = st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=40)
graded = st.lists(st.sampled_from([0.0, 0.125, 0.25, 0.5, 0.75, 1.0]), min_size=1, max_size=40)
scores = binary | graded


@st.composite
def pairs(draw: st.DrawFn) -> tuple[list[float], list[float]]:
    """Two strategies on the same items."""
    n = draw(st.integers(1, 30))
    values = draw(st.sampled_from([[0.0, 1.0], [0.0, 0.25, 0.5, 1.0]]))
    each = st.lists(st.sampled_from(values), min_size=n, max_size=n)
    return draw(each), draw(each)


@st.composite
def clustered_pairs(draw: st.DrawFn) -> tuple[list[float], list[float], list[int]]:
    """Two strategies on the same items, and the items' clusters."""
    baseline, candidate = draw(pairs())
    clusters = draw(st.lists(st.integers(0, 8), min_size=len(baseline), max_size=len(baseline)))
    return baseline, candidate, clusters
