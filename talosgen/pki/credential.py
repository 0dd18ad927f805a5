"""What talosconfig and kubeconfig have in common: a client certificate of one of the bundle's authorities."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from talosgen.errors import InputError, Problem
from talosgen.pki import certificates
from talosgen.pki.certificates import LONGEST, Issued, sign_client
from talosgen.pki.pem import MARKER

if TYPE_CHECKING:
    from talosgen.pki.certificates import Client
    from talosgen.pki.parts import CertificateAndKey

__all__ = ["Issue", "issue"]

#: RFC 5280: a certificate has no date before.
_EARLIEST: Final = datetime(1950, 1, 1, tzinfo=UTC)


class Issue(NamedTuple):
    """When a certificate begins and how long it lives, and where its key comes from.

    ``skew``: so much before ``start`` it is valid already. ``purpose``: with one, key and serial number follow from
    the authority's private key, and the skew is left out; without, they are drawn by ``random``. ``bounded``: whether
    the authority has to live as long.
    """

    start: datetime
    lifetime: timedelta
    random: Callable[[int], bytes]
    purpose: str = ""
    skew: timedelta = timedelta(0)
    bounded: bool = True


def issue(
    authority: CertificateAndKey | None, part: str, title: str, client: Client, how: Issue, problems: list[Problem]
) -> Issued:
    """A client certificate of an authority; ``part`` and ``title`` name it in messages.

    Raises InputError with ``problems`` and its own: a missing or unusable authority, a life out of range, or beyond
    the authority's.
    """
    found = list(problems)
    usable = authority is not None and authority.key not in (b"", MARKER)
    if not usable:
        missing = f"has no {part}" if authority is None else f"holds no key of {part}"
        remedy = "give one that has: `gen secrets` makes one"
        found.append(Problem(f"the secrets bundle {missing}, the {title} authority", remedy=remedy))
    start = how.start if how.start.tzinfo is not None else how.start.replace(tzinfo=UTC)
    lived = _life(start, how.lifetime, found)
    if usable and lived and how.bounded:
        assert authority is not None
        found += _beyond(authority.crt, title, start, how.lifetime)
    if found or authority is None:
        raise InputError(found)
    # A start that was asked for by its date is the certificate's own.
    skew = timedelta(0) if how.purpose else how.skew
    pair = Issued(authority.crt, authority.key)
    try:
        return sign_client(pair, client, start - skew, how.lifetime + skew, how.random, purpose=how.purpose)
    except ValueError as error:
        raise InputError(Problem(f"the {title} authority of the bundle is unusable: {error}")) from None


def _life(start: datetime, lifetime: timedelta, problems: list[Problem]) -> bool:
    before = len(problems)
    if not _EARLIEST + timedelta(days=1) <= start:
        problems.append(Problem("the start is out of range", remedy="give one after the year 1950"))
    if not timedelta(seconds=1) <= lifetime <= LONGEST or start.year + lifetime.days // 365 >= 9999:
        problems.append(Problem("the lifetime is out of range", remedy="give one of at least a second"))
    return len(problems) == before


def _beyond(crt: bytes, title: str, start: datetime, lifetime: timedelta) -> list[Problem]:
    """Whether a life goes on after the authority's end, when nobody takes the certificate any more."""
    try:
        end = certificates.load(crt).not_valid_after_utc
    except ValueError as error:
        return [Problem(f"the {title} authority of the bundle is unusable: {error}")]
    if start >= end:
        return [
            Problem(
                f"the {title} authority of the bundle has expired: it was valid until {_text(end)}",
                remedy="nothing can be signed by it any more; renew the authority",
            )
        ]
    if start + lifetime <= end:
        return []
    hours = (end - start) // timedelta(hours=1)
    most = f"of at most {hours}h" if hours else f"that ends before {_text(end)}"
    message = f"the lifetime goes beyond that of the {title} authority, which is valid until {_text(end)}"
    return [Problem(message, remedy=f"give one {most}")]


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
