"""The documentation as a site: it builds, no link of it leads nowhere, and it works in a browser."""

from __future__ import annotations

import functools
import http.server
import os
import subprocess
import sys
import threading
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from browser import Browser, UnavailableError

ROOT = Path(__file__).parents[1]
PAGES = ["", "reference/", "reference/UserVolumeConfig/", "library/"]

pytestmark = pytest.mark.site


def unavailable(why):
    """Skip a test, or fail it where it may not be skipped."""
    if os.environ.get("TALOSGEN_REQUIRE_SITE") == "1":
        pytest.fail(f"the site is required: {why}")
    pytest.skip(f"the site is not tried: {why}")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the site, built."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if "No module named mkdocs" in done.stderr:
        unavailable("mkdocs is not installed")
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        """No line for each request."""


@pytest.fixture(scope="session")
def address(site):
    """Where the site is served."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser():
    """A browser; skipped where there is none."""
    try:
        running = Browser()
    except UnavailableError as error:
        unavailable(error)
    yield running
    running.close()


class Links(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, text):
        super().__init__()
        self.links = []
        self.anchors = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.links += [given[name] for name in ("href", "src") if given.get(name)]
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}


def test_no_link_leads_nowhere(site):
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    broken, foreign, inside = [], set(), 0
    for path, page in pages.items():
        if path.name == "404.html":
            # Its links begin where the site is put.
            continue
        here = "http://site/" + path.relative_to(site).as_posix()
        for link in page.links:
            target = urlsplit(urljoin(here, link))
            if target.netloc != "site":
                foreign.add(target.scheme)
                continue
            file = site / unquote(target.path).lstrip("/")
            file = file / "index.html" if file.is_dir() else file
            inside += 1
            if not file.is_file() or (target.fragment and unquote(target.fragment) not in pages[file].anchors):
                broken.append((here, link))
    assert broken == []
    assert inside > 2000
    assert len(pages) > 95
    # Features lead to the documentation of many projects, none of them in the clear.
    assert foreign <= {"https", "mailto"}


def test_pages_open_without_an_error(address, browser):
    for page in PAGES:
        browser.open(address + page)
        assert browser.run("return document.readyState") == "complete"
        assert browser.run("return document.querySelector('h1').innerText.length") > 0
        links = browser.run(
            "return [...document.querySelectorAll('a[href], img[src], script[src], link[href]')]"
            ".map(found => found.href || found.src).filter(url => url.startsWith(location.origin))"
        )
        assert len(links) > 10
        # The browser itself asks for what the page leads to.
        answers = browser.run(
            "return [...new Set(arguments[0].map(url => url.split('#')[0]))].map(url => {"
            "  const request = new XMLHttpRequest(); request.open('GET', url, false); request.send();"
            "  return [url, request.status]; })",
            links,
        )
        assert [answer for answer in answers if answer[1] != 200] == []
        requests = browser.run("return performance.getEntriesByType('resource').map(found => found.name)")
        assert [url for url in requests if not url.startswith(address)] == []
        told = [line for line in browser.console() if "Synchronous XMLHttpRequest" not in line]
        assert told == [], page


def test_an_error_in_the_console_is_seen(address, browser):
    browser.open(address)
    browser.run("document.head.appendChild(document.createElement('script')).src = 'no-such-file.js'")
    browser.wait("return performance.getEntriesByType('resource').some(found => found.name.includes('no-such'))")
    assert any("no-such-file.js" in line for line in browser.console())


@pytest.mark.parametrize(
    ("word", "page"),
    [("WireguardConfig", "reference/WireguardConfig/"), ("maxPoolPercent", "reference/ZswapConfig/")],
)
def test_the_search_finds(address, browser, word, page):
    browser.open(address)
    # Keys are heard once the index has been made.
    typed = (
        "const field = document.querySelector('#mkdocs-search-query'); field.value = arguments[0];"
        "field.dispatchEvent(new KeyboardEvent('keyup', {bubbles: true}));"
        "return [...document.querySelectorAll('#mkdocs-search-results article a')].map(link => link.href)"
    )
    found = browser.wait(typed, word)
    assert any(url.startswith(address + page) for url in found), found
    assert browser.console() == []
