"""What browser tests of single modules share: a page without anything on it that runs them as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def blank(browser: Any, live_server: Any) -> Iterator[Any]:
    """A page of the product's address with nothing on it; what a test puts there it takes away again."""
    page = browser.new_page()
    page.goto(live_server.url + "/static/js/coding/later.js")
    yield page
    page.close()


@pytest.fixture
def run(blank: Any) -> Callable[..., Any]:
    """`run("module", "m => ...", argument)`: what the function answers when given the module and the argument."""

    def run(module: str, function: str, argument: object = None) -> Any:
        script = (
            f"async ([name, given]) => ({function})(await import(`/static/js/coding/${{name}}.js`), given)"
        )
        return blank.evaluate(script, [module, argument])

    return run
