"""Stretches as sets: what is put together, measured and compared is what the sets of their members say."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from coding.anchoring.covering import Stretch, carried, carried_point, common, size, united
from coding.anchoring.spans import Edit, SpanMap

STRETCHES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=12)


def members(stretches: list[Stretch]) -> set[int]:
    return {point for start, end in stretches for point in range(start, end)}


def apart(stretches: list[Stretch]) -> bool:
    return all(start < end for start, end in stretches) and all(a[1] < b[0] for a, b in pairwise(stretches))


@given(STRETCHES, STRETCHES)
def test_putting_together_is_the_union_of_the_points(some: list[Stretch], more: list[Stretch]) -> None:
    both = united([*some, *more])
    assert members(both) == members(some) | members(more)
    assert apart(both)
    assert size(both) == len(members(both))
    assert united([*both, *some]) == both


@given(STRETCHES, STRETCHES)
def test_what_is_common_is_the_intersection(some: list[Stretch], others: list[Stretch]) -> None:
    both = common(united(some), united(others))
    assert members(both) == members(some) & members(others)
    assert size(both) == len(members(both))


def test_a_new_text_moves_what_was_read_and_forgets_what_is_gone() -> None:
    # "aaaa bbbb cccc": "aaaa" becomes "aaaaaa", "bbbb " goes.
    way = SpanMap.of([Edit(0, 4, "aaaaaa"), Edit(5, 10, "")])
    assert carried([way], [(5, 9)]) == []
    assert carried([way], [(0, 5), (10, 14)]) == [(0, 11)]
    assert carried_point([way], 10) == 7
    assert carried([way, way.inverse()], [(10, 14)]) == [(10, 14)]
