"""Sealing what names people: with a key that lies outside the databases.

Fernet (AES-128-CBC with HMAC-SHA256, https://github.com/fyvm/spec is its specification). A key is needed to read and
to write names, and for nothing else: without it everything but the names works.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from workbench.data import kept_secret


class NoKey(Exception):
    """The identity key is not where the settings say, or is none."""


def _keys() -> list[str]:
    """The keys in force, the one that seals first. Raises NoKey."""
    if settings.IDENTITY_KEYS:
        return list(settings.IDENTITY_KEYS)
    try:
        keys = settings.IDENTITY_KEY_FILE.read_text().split()
    except OSError:
        raise NoKey from None
    if not keys:
        raise NoKey
    return keys


def _fernets() -> list[Fernet]:
    try:
        return [Fernet(key) for key in _keys()]
    except ValueError:
        raise NoKey from None


def make_key() -> None:
    """Make a key file where there is none yet (and none in the environment)."""
    if not settings.IDENTITY_KEYS:
        settings.IDENTITY_KEY_FILE.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept_secret(settings.IDENTITY_KEY_FILE, lambda: Fernet.generate_key().decode())


def add_key() -> None:
    """Put a new key before those in the key file: it seals from now on, the others still open."""
    path = settings.IDENTITY_KEY_FILE
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    old = path.read_text().split() if path.exists() else []
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        stream.write("\n".join([Fernet.generate_key().decode(), *old]))
    os.replace(draft, path)


def has_key() -> bool:
    """Whether names can be read and written now."""
    try:
        return bool(_fernets())
    except NoKey:
        return False


def seal(fields: dict[str, Any]) -> str:
    """`fields` as a sealed text. Raises NoKey."""
    return MultiFernet(_fernets()).encrypt(json.dumps(fields, ensure_ascii=False).encode()).decode()


def opened(sealed: str) -> dict[str, Any] | None:
    """What was sealed; None where none of the keys in force opens it. Raises NoKey."""
    try:
        return dict(json.loads(MultiFernet(_fernets()).decrypt(sealed.encode())))
    except InvalidToken:
        return None


def digests(text: str) -> list[str]:
    """The keyed digests of `text`, one for each key in force, that of the sealing key first (64 hex digits).

    By it a word is found again in the store; without the key nobody can tell from it which word it is.
    """
    return [hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest() for key in _keys()]
