"""Shamir's secret sharing over GF(2^8), byte by byte, as SOPS shares a data key among key groups."""

from __future__ import annotations

from collections.abc import Sequence

from talosgen.age.party import Random, draw

__all__ = ["combine", "split"]


def _multiply(left: int, right: int) -> int:
    """The product in GF(2^8) with the polynomial 0x11b; no look-up and no branch depends on the secret."""
    product = 0
    for _ in range(8):
        product ^= left & -(right & 1)
        left = (left << 1) ^ (0x11B & -(left >> 7))
        right >>= 1
    return product


def _inverse(value: int) -> int:
    """The inverse: value^254."""
    result = 1
    for bit in f"{254:b}":
        result = _multiply(result, result)
        if bit == "1":
            result = _multiply(result, value)
    return result


def split(secret: bytes, parts: int, threshold: int, random: Random = draw) -> list[bytes]:
    """So many shares, of which ``threshold`` give the secret: the values, then the share's number from 1.

    Raises ValueError unless 2 ≤ threshold ≤ parts ≤ 255.
    """
    if not 2 <= threshold <= parts <= 255:
        raise ValueError("a threshold is 2 at least and the number of groups, at most 255, at most")
    shares = [bytearray() for _ in range(parts)]
    for byte in secret:
        coefficients = [byte, *random(threshold - 1)]
        for number, share in enumerate(shares, 1):
            value = 0
            for coefficient in reversed(coefficients):
                value = _multiply(value, number) ^ coefficient
            share.append(value)
    return [bytes(share) + bytes([number]) for number, share in enumerate(shares, 1)]


def combine(shares: Sequence[bytes]) -> bytes:
    """The secret of some shares. Raises ValueError when they cannot belong together."""
    numbers = [share[-1] if share else 0 for share in shares]
    if len(shares) < 2 or len(set(numbers)) != len(numbers) or 0 in numbers:
        raise ValueError("the shares of the data key repeat or are damaged")
    if len({len(share) for share in shares}) != 1:
        raise ValueError("the shares of the data key differ in size")
    weights = []
    for number in numbers:
        weight = 1
        for other in numbers:
            if other != number:
                weight = _multiply(weight, _multiply(other, _inverse(other ^ number)))
        weights.append(weight)
    out = bytearray()
    for column in zip(*(share[:-1] for share in shares), strict=True):
        value = 0
        for byte, weight in zip(column, weights, strict=True):
            value ^= _multiply(weight, byte)
        out.append(value)
    return bytes(out)
