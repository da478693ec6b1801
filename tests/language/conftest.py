from __future__ import annotations

import pytest

from coding.language.lexicon import Lexicon, lexicon
from tests.ready import ready


@pytest.fixture(scope="session")
def words() -> Lexicon:
    """The lexicon, compiled once for all tests."""
    return lexicon(ready())
