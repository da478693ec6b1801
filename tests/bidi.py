"""Debian's Firefox, driven over WebDriver BiDi, which it speaks itself: Playwright drives only a Firefox of its own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import websocket

PATIENCE = 20.0  # seconds
KEYS = {
    "Backspace": "\ue003",
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Shift": "\ue008",
    "Control": "\ue009",
    "Escape": "\ue00c",
    "ArrowUp": "\ue013",
    "ArrowLeft": "\ue012",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
}
WATCH = """() => addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`))"""


def installed() -> str | None:
    """The Firefox that the system has."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox:
    """One window of a headless Firefox. `seen` collects uncaught script errors and breaches of the content policy."""

    def __init__(self, width: int = 1280, height: int = 800) -> None:
        program = installed()
        assert program is not None
        self.seen: list[str] = []
        self._number = 0
        self._profile = tempfile.TemporaryDirectory(prefix="kodebenk-firefox-", ignore_cleanup_errors=True)
        prefs = {"app.update.disabledForTesting": True, "intl.accept_languages": "nb-NO"}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in prefs.items()]
        (Path(self._profile.name) / "user.js").write_text("\n".join(lines))
        options = [
            "--headless",
            "--no-remote",
            "--profile",
            self._profile.name,
            "--remote-debugging-port",
            "0",
        ]
        log = Path(self._profile.name) / "said.txt"
        with log.open("wb") as out:
            self._process = subprocess.Popen([program, *options], stdout=out, stderr=out)
        end = time.monotonic() + PATIENCE
        while not (listens := re.search(r"BiDi listening on (ws://\S+)", log.read_text())):
            assert self._process.poll() is None and time.monotonic() < end, log.read_text()
            time.sleep(0.02)
        address = f"{listens.group(1)}/session"
        self._socket = websocket.create_connection(address, suppress_origin=True, timeout=PATIENCE)
        self.command("session.new", capabilities={})
        self.command("session.subscribe", events=["log.entryAdded"])
        self.command("script.addPreloadScript", functionDeclaration=WATCH)
        self.context = self.command("browsingContext.getTree")["contexts"][0]["context"]
        size = {"width": width, "height": height}
        self.command("browsingContext.setViewport", context=self.context, viewport=size)

    def close(self) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.communicate()
        self._profile.cleanup()

    def command(self, method: str, **params: Any) -> Any:
        """What Firefox answers to one command; raises what it refuses."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            told = json.loads(self._socket.recv())
            if told.get("method") == "log.entryAdded":
                entry = told["params"]
                if entry["level"] == "error" and (entry["type"] == "javascript" or "Policy" in entry["text"]):
                    self.seen.append(entry["text"])
            elif told.get("id") == self._number:
                if told["type"] == "error":
                    raise RuntimeError(f"{method}: {told['message']}")
                return told["result"]

    def set_cookie(self, name: str, value: str, host: str) -> None:
        cookie = {"name": name, "value": {"type": "string", "value": value}, "domain": host, "path": "/"}
        self.command("storage.setCookie", cookie=cookie)

    def goto(self, address: str) -> None:
        self.command("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def evaluate(self, function: str, argument: object = None) -> Any:
        """What a JavaScript function answers, a promise or not, as JSON has it."""
        script = f"(async () => JSON.stringify(await ({function})({json.dumps(argument)})))()"
        target = {"context": self.context}
        told = self.command("script.evaluate", expression=script, target=target, awaitPromise=True)
        if told["type"] == "exception":
            raise RuntimeError(told["exceptionDetails"]["text"])
        value = told["result"].get("value")
        return None if value is None else json.loads(value)

    def until(self, function: str, argument: object = None) -> Any:
        """Ask until the function answers something true."""
        end = time.monotonic() + PATIENCE
        while not (answer := self.evaluate(function, argument)):
            assert time.monotonic() < end, f"waited in vain: {function}"
            time.sleep(0.02)
        return answer

    def press(self, *keys: str) -> None:
        """Press keys one after the other: "a", "Enter", "Control+z"; a big letter is pressed with Shift."""
        actions = []
        for key in keys:
            names = [key] if len(key) == 1 else key.split("+")
            units = [KEYS.get(name, name) for name in names]
            actions += [{"type": "keyDown", "value": unit} for unit in units]
            actions += [{"type": "keyUp", "value": unit} for unit in reversed(units)]
        self._perform({"type": "key", "id": "keyboard", "actions": actions})

    def drag(self, points: Iterable[tuple[float, float]], times: int = 1) -> None:
        """Press the mouse at the first of these points of the window, move over the others and let it go."""
        moves = [{"type": "pointerMove", "x": round(x), "y": round(y)} for x, y in points]
        down, up = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
        self._perform({"type": "pointer", "id": "mouse", "actions": [moves[0], down, *moves[1:], up] * times})

    def _perform(self, *actions: dict[str, Any]) -> None:
        self.command("input.performActions", context=self.context, actions=list(actions))

    def megabytes(self) -> None:
        """Firefox tells nobody how much its scripts hold."""
