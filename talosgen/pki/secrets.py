"""The secrets bundle: every secret that a cluster is made from (Talos v1.14.1)."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from talosgen.config.decode import Faults
from talosgen.config.engine import decoder, encoder
from talosgen.contract import Contract
from talosgen.errors import InputError, Problem
from talosgen.goyaml.construct import follow, pairs
from talosgen.goyaml.node import MAPPING, SCALAR
from talosgen.goyaml.reader import read_first
from talosgen.pki.controlplane import extract
from talosgen.pki.parts import CertificateAndKey, Certs, Cluster, Key, Secrets, TrustdInfo
from talosgen.pki.pem import check_certificate, check_key, from_base64, to_base64
from talosgen.schema.table import table
from talosgen.source import Span

__all__ = ["SecretsBundle"]


class SecretsBundle(NamedTuple):
    """All secrets of a cluster. A part may be missing (None); ``validate`` says whether that matters."""

    cluster: Cluster | None = None
    secrets: Secrets | None = None
    trustdinfo: TrustdInfo | None = None
    certs: Certs | None = None

    @classmethod
    def generate(
        cls,
        contract: Contract | str = "",
        *,
        kubernetes: bool = True,
        etcd: bool = True,
        now: datetime | None = None,
        random: Callable[[int], bytes] = os.urandom,
    ) -> SecretsBundle:
        """A new bundle for a version contract.

        ``kubernetes`` and ``etcd``: whether the secrets of these are wanted. ``now``: the start of the
        certificates, this moment by default. ``random`` gives that many random bytes; private keys are
        drawn by the cryptography library itself. Raises InputError for a malformed contract.
        """
        from talosgen.pki import certificates, keys

        contract = Contract.parse(contract)
        start = now or datetime.now(UTC)

        def authority(profile: str) -> CertificateAndKey:
            made = certificates.authority(profile, start, random)
            return CertificateAndKey(made.crt, made.key)

        service_account = None
        if kubernetes:
            made = keys.generate("rsa" if contract.at_least(7) else "ecdsa")
            service_account = Key(keys.pem(made))
        return cls(
            cluster=Cluster(_secret(random), _secret(random)),
            secrets=cls.kubernetes_secrets(contract, random) if kubernetes else Secrets(),
            trustdinfo=TrustdInfo(token(random)),
            certs=Certs(
                etcd=authority("etcd") if etcd else None,
                k8s=authority("kubernetes") if kubernetes else None,
                k8saggregator=authority("aggregator") if kubernetes else None,
                k8sserviceaccount=service_account,
                os=authority("talos"),
            ),
        )

    @staticmethod
    def kubernetes_secrets(contract: Contract, random: Callable[[int], bytes] = os.urandom) -> Secrets:
        """A bootstrap token, and an encryption secret of the kind that the contract wants."""
        secretbox = contract.at_least(3)
        return Secrets(
            token(random),
            "" if secretbox else _secret(random),
            _secret(random) if secretbox else "",
        )

    @classmethod
    def load(cls, text: str | bytes, source: str = "<text>") -> SecretsBundle:
        """The bundle of a YAML text; ``source`` names it in messages.

        Unknown keys are passed over and parts may be missing, as Talos's loader has it. Raises
        InputError for text that is no bundle: syntax, wrong types, repeated keys, no document.
        """
        root = read_first(text, source)
        if root is None:
            raise InputError(Problem("the secrets bundle is empty", Span(source), remedy="make one with `gen secrets`"))
        node = follow(root)
        if node.kind == SCALAR and node.tag == "!!null":
            return cls()
        faults = Faults(source, strict=False, merges=True)
        if node.kind != MAPPING:
            faults(node, "expected a secrets bundle: a mapping")
            raise InputError(faults.problems(node))
        if any(key.value == "sops" and value.kind == MAPPING for key, value in pairs(node)):
            # Its keys are those of a bundle, and unknown ones are passed over: ciphertext would be taken for secrets.
            raise InputError(
                Problem(
                    "this bundle is encrypted", Span(source),
                    remedy="read it in the clear with `talosgen.read_text`", code="sops-encrypted",
                )
            )  # fmt: skip
        tree = decoder().root(table().roots["secrets"])(node, faults)
        if faults.found:
            raise InputError(faults.problems(node))
        return cls.from_tree(tree)

    @classmethod
    def from_tree(cls, tree: dict[str, Any]) -> SecretsBundle:
        """The bundle of a plain tree with the keys of the file; PEM in base64."""
        certs = tree.get("certs")
        return cls(
            cluster=_part(Cluster, tree.get("cluster")),
            secrets=_part(Secrets, tree.get("secrets")),
            trustdinfo=_part(TrustdInfo, tree.get("trustdinfo")),
            certs=None if certs is None else Certs(**{name: _pem(name, pair) for name, pair in certs.items()}),
        )

    def to_tree(self) -> dict[str, Any]:
        """The plain tree of the bundle's file."""
        tree: dict[str, Any] = {}
        for name in ("cluster", "secrets", "trustdinfo"):
            part = getattr(self, name)
            if part is not None:
                fields = ((field, getattr(part, field)) for field in part._fields)
                tree[name] = {field: value for field, value in fields if value}
        if self.certs is not None:
            tree["certs"] = {
                name: {field: to_base64(getattr(pair, field)) for field in pair._fields}
                for name in Certs._fields
                if (pair := getattr(self.certs, name)) is not None
            }
        return tree

    def to_yaml(self) -> str:
        """The file's text, as Talos v1.14.1 writes it. It holds every secret in the clear."""
        return encoder().text(table().roots["secrets"], self.to_tree())

    @classmethod
    def from_controlplane(cls, documents: Iterable[tuple[str, dict[str, Any]]]) -> SecretsBundle:
        """The bundle in a control-plane config, given as kinds and trees of its documents.

        Parts that the config lacks are missing. Raises InputError without a legacy document, or for an
        encryption config of another form (Talos v1.14.1).
        """
        return cls(*extract(documents))

    def validate(
        self, *, kubernetes: bool = True, etcd: bool = True, full: bool = False, source: str = ""
    ) -> list[Problem]:
        """What a cluster would lack or refuse in this bundle; an empty list when nothing.

        Without ``full`` only structure is looked at: fields, PEM labels, DER framing. With it, keys and
        certificates are parsed and must belong together (Talos v1.14.1 bundle validation, the last ours).
        """
        place = Span(source) if source else None
        found: list[str] = []
        if self.cluster is None:
            found.append("cluster is required")
        else:
            found += [f"cluster.{name} is required" for name in ("id", "secret") if not getattr(self.cluster, name)]
        if kubernetes:
            found += self._secrets_problems()
        if self.trustdinfo is None:
            found.append("trustdinfo is required")
        elif not self.trustdinfo.token:
            found.append("trustdinfo.token is required")
        if self.certs is None:
            found.append("certs is required")
        else:
            found += self._certs_problems(self.certs, kubernetes, etcd, full)
        return [Problem(message, place) for message in found]

    def _secrets_problems(self) -> list[str]:
        if self.secrets is None:
            return ["secrets is required"]
        found = [] if self.secrets.bootstraptoken else ["secrets.bootstraptoken is required"]
        both = "secrets.secretboxencryptionsecret and secrets.aescbcencryptionsecret"
        given = bool(self.secrets.secretboxencryptionsecret) + bool(self.secrets.aescbcencryptionsecret)
        if given == 0:
            found.append(f"one of {both} is required")
        elif given == 2:
            found.append(f"only one of {both} is allowed")
        return found

    @staticmethod
    def _certs_problems(certs: Certs, kubernetes: bool, etcd: bool, full: bool) -> list[str]:
        wanted = (["etcd"] if etcd else []) + (["k8s", "k8saggregator", "k8sserviceaccount"] if kubernetes else [])
        found = []
        for name in (*wanted, "os"):
            pair = getattr(certs, name)
            if pair is None:
                found.append(f"certs.{name} is required")
                continue
            try:
                check_key(pair.key)
                if full:
                    from talosgen.pki import keys

                    keys.load(pair.key)
                if isinstance(pair, CertificateAndKey):
                    check_certificate(pair.crt)
                    if full:
                        from talosgen.pki.certificates import check_pair

                        check_pair(pair.crt, pair.key)
            except ValueError as error:
                where = f"certs.{name}.key" if isinstance(pair, Key) else f"certs.{name}"
                found.append(f"{where} is invalid: {error}")
        return found


def _secret(random: Callable[[int], bytes]) -> str:
    return b64encode(random(32)).decode("ascii")


def token(random: Callable[[int], bytes]) -> str:
    """A token of Kubernetes' form: six characters, a dot, sixteen characters."""
    return f"{_letters(6, random)}.{_letters(16, random)}"


_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


def _letters(count: int, random: Callable[[int], bytes]) -> str:
    out = ""
    while len(out) < count:
        # 252 is the largest multiple of 36: beyond it some letters would come more often.
        out += "".join(_ALPHABET[byte % 36] for byte in random(count - len(out)) if byte < 252)
    return out


def _part(kind: Any, tree: dict[str, str] | None) -> Any:
    return None if tree is None else kind(**tree)


def _pem(name: str, pair: dict[str, str]) -> Any:
    decoded = {field: from_base64(text) for field, text in pair.items()}
    return Key(**decoded) if name == "k8sserviceaccount" else CertificateAndKey(**decoded)
