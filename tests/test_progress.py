"""The bar that shows how far long work has come."""

from __future__ import annotations

import io

from talosgen.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def drawn(stream, *moments):
    """What is drawn when the clock shows these moments, one more being done at each but the first."""
    clock = iter(moments)
    bar = Progress(len(moments) - 1, "home", stream, lambda: next(clock))
    for done in range(1, len(moments)):
        bar(done)
    bar.close()
    return stream.getvalue()


def test_short_work_has_no_bar():
    assert drawn(Terminal(), 0.0, 0.1, 0.2, 0.4) == ""


def test_long_work_has_one_that_is_taken_away():
    text = drawn(Terminal(), 0.0, 0.6, 0.65, 0.8)
    assert text == ("\rhome [##########....................] 1/3\rhome [##############################] 3/3\r\x1b[K")


def test_nothing_is_drawn_where_nobody_looks():
    assert drawn(io.StringIO(), 0.0, 10.0, 20.0) == ""
