"""Writes talosgen/project/placeholder.yaml: the constants that stand in for secrets.

    python scripts/placeholder.py

They were made once. Making them anew changes everybody's placeholder output, so it is for a new kind of secret only.
"""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path

from talosgen.pki import certificates, keys
from talosgen.pki.parts import CertificateAndKey, Certs, Cluster, Key, Secrets, TrustdInfo
from talosgen.pki.secrets import SecretsBundle
from talosgen.project.placeholder import MARK

TARGET = Path(__file__).resolve().parents[1] / "talosgen" / "project" / "placeholder.yaml"
START = datetime(2020, 1, 1, tzinfo=UTC)
LIFETIME = timedelta(days=36500)


def secret(name: str) -> str:
    """32 bytes in base64 that can be read as what they are; ``name`` has six letters."""
    text = f"{MARK * 3}{name}A="
    assert len(b64decode(text, validate=True)) == 32
    return text


def authority(profile: str) -> CertificateAndKey:
    _, algorithm = certificates.PROFILES[profile]
    made = certificates.self_signed(
        f"placeholder {profile}", keys.generate(algorithm), START, LIFETIME, lambda size: bytes([1] * size)
    )
    return CertificateAndKey(made.crt, made.key)


def main() -> None:
    bundle = SecretsBundle(
        cluster=Cluster(secret("cluste"), secret("secret")),
        secrets=Secrets("placeh.placeholdertoken", "", secret("secbox")),
        trustdinfo=TrustdInfo("placeh.placeholdertoken"),
        certs=Certs(
            etcd=authority("etcd"),
            k8s=authority("kubernetes"),
            k8saggregator=authority("aggregator"),
            k8sserviceaccount=Key(keys.pem(keys.generate("rsa"))),
            os=authority("talos"),
        ),
    )
    TARGET.write_text(
        "# Public constants that stand in for secrets; made by scripts/placeholder.py. They keep nothing secret.\n"
        + bundle.to_yaml(),
        encoding="utf-8",
    )
    print(f"Wrote {TARGET}")


if __name__ == "__main__":
    main()
