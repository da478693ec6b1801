"""Many rows written at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connections, models, router


def save_many(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Save the fields `names` of rows of one model: one statement, prepared once and run for each row.

    Does what Django's `bulk_update` does, but in milliseconds where that builds its CASE expressions in seconds (10,500
    codings: 0.1 s against 20 s), which matters inside a write transaction. Signals and `auto_now` take no part.
    """
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    fields = [model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)  # type: ignore[union-attr]
    key = quote(str(model._meta.pk.column))
    values = [
        [
            *(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields),  # type: ignore[union-attr]
            row.pk,
        ]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE {key} = %s", values)
