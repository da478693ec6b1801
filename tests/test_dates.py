"""Dates as people in Europe read them, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation
from django.utils.formats import date_format

FIFTH_OF_APRIL = datetime(2026, 4, 5, 16, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [("en", "5 Apr 2026", "5 April 2026, 16:07"), ("nb", "05.04.2026", "5. april 2026 16:07")],
)
def test_the_day_comes_before_the_month_and_an_hour_is_one_of_24(
    language: str, day: str, moment: str
) -> None:
    with translation.override(language):
        assert date_format(FIFTH_OF_APRIL, "SHORT_DATE_FORMAT") == day
        assert date_format(FIFTH_OF_APRIL, "DATETIME_FORMAT") == moment
