"""Many rows of whole numbers at once, as an array, without a Python object for each row's fields being converted."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from coding.reports.tally import as_array


def numbers(rows: QuerySet[Any, Any], width: int) -> np.ndarray:
    """The rows of a `values_list` of `width` whole numbers, none of them missing, as they come out of the database.

    All in one go: Django's own way hands on a hundred rows at a time, which takes half as long again.
    """
    try:
        sql, params = rows.query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return as_array((), width)
    with connections[rows.db].cursor() as cursor:
        cursor.execute(sql, params)
        return as_array(cursor.fetchall(), width)
