"""Static files with hashed names, ES module imports included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Hash all files but htmx's extensions: none is used, and a comment in one of them reads like an import."""
        used = {path: place for path, place in paths.items() if not path.startswith("django_htmx/ext/")}
        yield from super().post_process(used, *args, **kwargs)
