"""What every test stands on: a data folder of its own, a served Kodebenk, and a browser that is watched."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest
from django.conf import settings

if settings.configured:
    raise pytest.UsageError(
        "Unset DJANGO_SETTINGS_MODULE: the tests need a data folder before the settings load."
    )

# Settings read these once, when they load, so they stand before django.setup().
_folder = tempfile.TemporaryDirectory(prefix="kodebenk-tests-", ignore_cleanup_errors=True)
os.environ["DATA_DIR"] = os.path.join(_folder.name, "data")
# What all processes of a run share lies with the one that starts the others.
os.environ.setdefault("KODEBENK_TESTS", _folder.name)
for _name in ("IDENTITIES_URL", "IDENTITIES_FILE", "IDENTITY_KEY", "IDENTITY_KEY_FILE"):
    os.environ.pop(_name, None)
# Each of the processes that share a run on PostgreSQL has a server of its own.
_servers = os.environ.get("DATABASE_URLS", "").split()
if _servers:
    os.environ["DATABASE_URL"] = _servers[
        int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ]
os.environ["DJANGO_SETTINGS_MODULE"] = "workbench.settings"
# Playwright keeps an event loop in the test's thread, which Django would take for a coroutine.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import django  # noqa: E402

django.setup()

from django.contrib.auth.hashers import PBKDF2PasswordHasher  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client, TransactionTestCase, modify_settings  # noqa: E402
from django.test.testcases import LiveServerThread  # noqa: E402
from django.utils import translation  # noqa: E402

from tests import ready  # noqa: E402

# A password that is cheap to make, and that a server started with the product's own settings still checks.
PBKDF2PasswordHasher.iterations = 1

_empty_tables = TransactionTestCase._fixture_teardown


def _empty_tables_again(case: TransactionTestCase) -> None:
    """A page that closes sends a last note: where it meets the emptying of the tables, PostgreSQL ends one of them."""
    for left in (2, 1, 0):
        try:
            return _empty_tables(case)
        except CommandError:
            if not left:
                raise


TransactionTestCase._fixture_teardown = _empty_tables_again

# How long an example takes says nothing here: other work shares the machine.
hypothesis.settings.register_profile("kodebenk", deadline=None)
hypothesis.settings.load_profile("kodebenk")

IN_CI = os.environ.get("CI") == "true"
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
PAGES = ("page", "context", "new_context", "browser")
HOSTS = ("127.0.0.1", "localhost")


def chromium() -> str | None:
    """The Chromium to drive: CHROMIUM, else the one that the system has; best without the windows of its own, whose
    frames cost more to open, test after test, than many a page in them."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def browser_missing() -> str | None:
    """Why no browser can be driven here; None where one can."""
    if not chromium():
        return "Chromium is not installed"
    from playwright._impl._driver import compute_driver_executable

    node, _ = compute_driver_executable()
    trial = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return f"Playwright's driver does not run ({trial.stderr.strip()[-80:]})" if trial.returncode else None


# Before the choice by marker, which this prepares.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not set(PAGES).isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
        # A test that may use the database may use the identity store too.
        marker = item.get_closest_marker("django_db")
        if marker or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ())):
            options = dict(marker.kwargs) if marker else {}
            item.add_marker(pytest.mark.django_db(**options | {"databases": "__all__"}), append=False)


# After it: a run that chose no browser test needs no browser.
def pytest_collection_finish(session: pytest.Session) -> None:
    driven = [item for item in session.items if item.get_closest_marker("browser")]
    if not driven or session.config.option.collectonly:
        return
    reason = browser_missing()
    if reason and IN_CI:
        raise pytest.UsageError(f"{reason}, and with CI=true no test is skipped for that.")
    if reason:
        for item in driven:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Processes that share the work make data folders of their own, as this one did, before their settings load."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure() -> None:
    _folder.cleanup()


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """Static files collected and hashed, as a served Kodebenk has them."""
    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> Iterator[bool]:
    """On SQLite the test databases begin as copies of those of an installation that is ready. pytest-django brings
    up to date what it finds, and need not take it away: the folder goes as a whole."""
    on_sqlite = all(each.vendor == "sqlite" for each in connections.all())
    if on_sqlite:
        ready.begin(Path(settings.DATA_DIR))
        for each in connections.all():
            os.rename(each.settings_dict["NAME"], each.settings_dict["TEST"]["NAME"])
    yield on_sqlite
    connections.close_all()


@pytest.fixture(autouse=True)
def english(settings: Any) -> Iterator[None]:
    """Tests read English, in which sentences are written; one about Norwegian sets `LANGUAGE_CODE` or the cookie."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


class Server:
    """Kodebenk over HTTP in threads of the test's own process, middleware and hashed static files included."""

    def __init__(self) -> None:
        # Django wraps its handler for uploaded files around the application; Kodebenk serves everything itself.
        bare: Any = lambda files: files.application  # noqa: E731
        self._thread = LiveServerThread("127.0.0.1", static_handler=bare)
        self._thread.daemon = True
        self._thread.start()
        self._thread.is_ready.wait()
        if self._thread.error:
            raise self._thread.error
        # pytest-django switches these on and off around each test that uses the server.
        self._live_server_modified_settings = modify_settings(ALLOWED_HOSTS={"append": "127.0.0.1"})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._thread.port}"

    def stop(self) -> None:
        self._thread.terminate()

    def __str__(self) -> str:
        return self.url

    def __add__(self, path: str) -> str:
        return self.url + path


@pytest.fixture(scope="session")
def live_server(static_files: None, django_db_setup: None) -> Iterator[Server]:
    """The address of a running Kodebenk: `page.goto(live_server + "/help/")`."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium instead of a downloaded one."""
    arguments = ["--disable-dev-shm-usage"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return browser_type_launch_args | {"executable_path": chromium(), "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A Norwegian browser on a laptop; a test that needs another passes it to `new_context`."""
    return {
        "locale": "nb-NO",
        "timezone_id": "Europe/Oslo",
        "viewport": {"width": 1280, "height": 800},
        "reduced_motion": "reduce",
    } | browser_context_args


@pytest.fixture
def new_context(
    new_context: Callable[..., Any], browser_context_args: dict[str, Any]
) -> Iterator[Callable[..., Any]]:
    """Makes browser contexts. The test fails where one of their pages breaks the content security policy, asks
    another machine for anything or ends in an uncaught error of a script."""
    seen: list[str] = []

    def notice_request(request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname not in HOSTS:
            seen.append(f"asked another machine: {request.url}")

    def notice_message(message: Any) -> None:
        if "Content Security Policy" in message.text:
            seen.append(message.text)

    def make(**options: Any) -> Any:
        context = new_context(**options)
        # Its browser is Norwegian, and would read Norwegian until somebody signs in.
        context.add_cookies(
            [
                {"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": f"http://{host}"}
                for host in HOSTS
            ]
        )
        context.on("request", notice_request)
        context.on("console", notice_message)
        context.on("weberror", lambda error: seen.append(f"uncaught: {error.error}"))
        return context

    yield make
    assert not seen, "\n".join(seen)


@pytest.fixture
def sign_in(live_server: Server) -> Callable[[Any, Any], None]:
    """`sign_in(page, user)`: the page's browser context is signed in as the user, without the sign-in form."""

    def sign_in(page: Any, user: Any) -> None:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context = getattr(page, "context", page)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )

    return sign_in


@pytest.fixture
def assert_accessible() -> Callable[[Any], None]:
    """`assert_accessible(page)`: axe finds nothing serious or critical on the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: Any) -> None:
        # Without preloading: axe copies imported style sheets into the page, which the strict policy forbids.
        # What is in order is not told node by node: that costs more than finding what is not.
        options = {"preload": False, "resultTypes": ["violations"]}
        found = Axe().run(page, options=options).response["violations"]
        serious = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}\n    {node['html'][:200]}"
            for violation in found
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]
        assert not serious, f"{page.url}\n" + "\n".join(serious)

    return check


@pytest.fixture
def data_dir() -> Path:
    """The data folder of this run."""
    return Path(settings.DATA_DIR)
