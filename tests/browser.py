"""Drives headless Chromium through ``chromedriver``, by the WebDriver protocol of the W3C: what the tests of the site ask.

Both programs are Debian's packages ``chromium`` and ``chromium-driver``; .ci/run installs them.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import time
from http.client import HTTPConnection
from typing import Any

OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1200,900",
]  # fmt: skip


class UnavailableError(Exception):
    """There is no browser on this machine; the text says why."""


class Browser:
    """A browser with a profile of its own, which is thrown away with it."""

    def __init__(self) -> None:
        """Start one. Raises UnavailableError."""
        driver, program = shutil.which("chromedriver"), shutil.which("chromium")
        if driver is None or program is None:
            raise UnavailableError("chromium and chromedriver are not installed")
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            self._port = self._listening()
            chromium = {"binary": program, "args": [*OPTIONS, f"--user-data-dir={self._profile.name}"]}
            wanted = {"browserName": "chrome", "goog:chromeOptions": chromium, "goog:loggingPrefs": {"browser": "ALL"}}
            self._session = ""
            made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
            self._session = f"/session/{made['sessionId']}"
        except BaseException:
            self.close()
            raise

    def _listening(self) -> int:
        """The port that the driver took for itself."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if found := re.search(r"started successfully on port (\d+)", line):
                return int(found[1])
        raise UnavailableError("chromedriver does not start")

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=120)
        try:
            connection.request(method, path, None if body is None else json.dumps(body))
            value = json.loads(connection.getresponse().read())["value"]
        finally:
            connection.close()
        if isinstance(value, dict) and "error" in value:
            raise RuntimeError(f"{value['error']}: {value['message']}")
        return value

    def open(self, url: str) -> None:
        """Load a page."""
        self._ask("POST", f"{self._session}/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script returns in the page that is open."""
        return self._ask("POST", f"{self._session}/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, script: str, *arguments: Any) -> Any:
        """What a script returns once it is something. Raises TimeoutError after a minute."""
        end = time.monotonic() + 60
        while not (value := self.run(script, *arguments)):
            if time.monotonic() > end:
                raise TimeoutError(script)
            time.sleep(0.05)
        return value

    def console(self) -> list[str]:
        """The warnings and errors of the console since it was last asked, failed requests among them."""
        entries = self._ask("POST", f"{self._session}/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] in ("WARNING", "SEVERE")]

    def close(self) -> None:
        """End the browser."""
        try:
            if getattr(self, "_session", ""):
                self._ask("DELETE", self._session)
        finally:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._profile.cleanup()
