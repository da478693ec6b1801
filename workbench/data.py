"""Where the data lives, and the secret that is made there once."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def data_dir(base: Path) -> Path:
    """The folder that DATA_DIR names, or `data` beside manage.py; made when it is missing, for its owner only."""
    folder = Path(os.environ.get("DATA_DIR") or base / "data").expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def secret_key(folder: Path) -> str:
    """The generated secret key of this installation, kept in `folder/secret_key` (mode 0600)."""
    return kept_secret(folder / "secret_key", lambda: secrets.token_urlsafe(64))


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """What stands in the file `path`, for its owner only; where there is none, what `make` gives is put there.

    Two processes that start at once agree: the file is written whole under another name and linked into place,
    and the one that comes second reads what the first wrote.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        except OSError:
            os.replace(draft, path)
        draft.unlink(missing_ok=True)
    return path.read_text().strip()
