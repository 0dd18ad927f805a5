from talosgen.errors import InputError, Problem
from talosgen.source import Span


def parse(text, source, first):
    raise InputError(Problem("this is no YAML", Span(source)))
