from __future__ import annotations

import pytest

from coding.language.lexicon import Lexicon, lexicon


@pytest.fixture(scope="session")
def words(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    """The lexicon, compiled once for all tests of this room."""
    return lexicon(tmp_path_factory.mktemp("lexicon"))
