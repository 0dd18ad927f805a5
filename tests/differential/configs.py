"""Random configs that mostly decode, and then are right, nearly right, or wrong in several ways.

A field's value comes from a pool for its name, good and bad ones, so that rules are met at their edges.
"""

from __future__ import annotations

import base64
import random
from typing import Any

import yaml
from places import opened
from vectors import FOLDER

from talosgen.config.tree import copied
from talosgen.goyaml.writer import emit
from talosgen.schema.table import Table, table

KEY = "qL3vS0d5YtWc0Jm1kQe7yH8b2nZx4RfUgT6oPiAaBcE="
NAMES = [
    "a",
    "b",
    "c",
    "eth0",
    "bond0",
    "STATE",
    "EPHEMERAL",
    "ETCD",
    "IMAGECACHE",
    "data",
    "x_y",
    "a" * 35,
    "",
    "é",
    "%d",
    "n%d",
    ".",
]
ADDRESSES = [
    "10.0.0.1", "10.0.0.2", "fd00::1", "10.0.0.0/8", "10.0.0.1/24", "fd00::/64", "!10.0.0.0/8", "!!10.0.0.1", "0.0.0.0", "::",
    "0.0.0.0/0", "::/0", "10.0.0.0/08", "10.0.0.0/33", "x", "", "01.2.3.4", "fe80::1%eth0", "fe80::1%e/64", "::ffff:1.2.3.4", "1.2.3",
    "::ffff:0.0.0.0", "10.0.0.0/+8", " 10.0.0.1", "10.0.0.1:80", "10.244.0.0/16", "10.96.0.0/12", "fd00::/108", "10.0.0.0/30",
]  # fmt: skip
URLS = [
    "https://10.0.0.1:6443", "https://h", "http://h/", "http://h/x", "tcp://h:514", "udp://h:514/", "tcp://h", "grpc://h:1", "h:443",
    "https://:6443", "https://h:0", "https://h:65536", "https://[fd00::1]:6443", "foo://a:b:c:80", "//h", "/x", "x", "", "https://h/#f",
    "https://h?q", "HTTPS://H", "https://h:", "mailto:x", "file:///x", "https:///x", "TCP://h:1", "https://u@", "*", "https://h/%20",
    "https://discovery.talos.dev/", "https://h#/", "tcp://:514", "udp://:514/x", "http://:1/", "tcp:h", "https://a b", "1.2.3.4:6443", "https://h:x", ":x",
]  # fmt: skip
TYPES = ["controlplane", "worker", "init", "join", "", "unknown", "x"]
LABELS = [
    "a", "node-role.kubernetes.io/control-plane", "talos.dev/owned-labels", "a.b/c", "A.b/c", "/c", "a/", "a/b/c", "-a", "a-", "a_b.c",
    "x" * 64, "é", "", "cpu", "memory", "gpu", "authorization-mode", "oidc-signing-algs", "oidc-issuer-url", "net.ipv4.x", "port", "kind",
    "x" * 250 + "/a", "v: w", "NoSchedule", "b:NoSchedule", "b:c:NoExecute", ":NoSchedule", "noschedule", "PreferNoSchedule", "true",
]  # fmt: skip
IMAGES = [
    "ghcr.io/x/y:v1.37.0", "x", "xy", "x/y@sha256:" + "0" * 64, "x:y@sha256:" + "a" * 64, "e.org/x", "e.org/xy:tag", "X/y", "", "a:b:c",
    "e.org:5000/xy", "localhost/xy", "x@sha256:0", "a" * 247, "docker.io/library/*", "nginx*", "nginx", "a.b/c:d", "a@b", "LOCALHOST/*",
    "*", "x*y/z", "/x", "reg:5000/*", "xy@sha256:" + "A" * 64, "e.org/xy:" + "t" * 129, "-", "--", "e.org/",
]  # fmt: skip
PATHS = [
    "/x",
    "/var/lib/x",
    "x",
    "",
    "../x",
    "a/../../b",
    "a/../b",
    ".x",
    "hosts",
    "cri/x",
    "crix",
    "a/b",
    "/",
    "ssl",
    "./x",
    "x/../hosts",
]
SELECTORS = [
    "true", "disk.size > 1u", "disk.size > 1", "disk.rotational", "volume.size > MiB", "volume_id == 'r-a'", "system_disk", "link.mtu > 1u",
    "glob('a', disk.model)", "x", "", "1 +", "path == ''", "memory_full_avg10 > 1.0", "1.0", "mac(link.permanent_addr) == ''",
]  # fmt: skip
_CERTIFICATE, _EC_KEY = (
    base64.b64decode(
        yaml.safe_load((FOLDER / "conformance" / "bundles" / "v1.14.yaml").read_text())["certs"]["k8s"][part]
    ).decode()
    for part in ("crt", "key")
)
_WRONG = "-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n"
CERTIFICATES = [
    "", "x", _WRONG, _CERTIFICATE, _CERTIFICATE, f"text\n{_CERTIFICATE}", _WRONG + _CERTIFICATE, _CERTIFICATE + _EC_KEY, _CERTIFICATE.replace("\n", "\r\n"),
    f" {_CERTIFICATE}", _CERTIFICATE.replace("BEGIN CERTIFICATE-----\n", "BEGIN CERTIFICATE-----\nA: b\n\n"), _CERTIFICATE.rstrip(), _CERTIFICATE.replace("=", ""),
    _CERTIFICATE[:-30], "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", _CERTIFICATE.replace("END CERTIFICATE", "END X"),
]  # fmt: skip
KEYS = [
    "",
    "x",
    _EC_KEY,
    _EC_KEY,
    _CERTIFICATE,
    _EC_KEY.replace("EC ", ""),
    _EC_KEY.replace("EC ", "RSA "),
    "-----BEGIN X-----\nZm9v\n-----END X-----\n",
]
ARGUMENTS = ["authorization-mode", "anonymous-auth", "oidc-issuer-url", "oidc-signing-algs", "v", "feature-gates"]
CAPABILITIES = ["NET_ADMIN", "ALL", "CAP_NET_ADMIN", "net_admin", "", "A1", "_", "CAP_"]

POOLS: dict[str, list[Any]] = {
    "type": [*TYPES, "Node", "RBAC", "Webhook", "nvme", "ssd", "rbac"],
    "name": [*NAMES, "flannel", "custom", "none", *ADDRESSES, *LABELS[:6], "32500", "100", "4294967296", "040", "-1", *PATHS, "docker.io"],
    "clusterSecret": [KEY, "AAAA", "x", ""], "privateKey": [KEY, "AAAA", "x", "", *KEYS], "publicKey": [KEY, KEY[:-1], "AAAA=", ""],
    "presharedKey": [KEY, "x", ""], "image": IMAGES, "match": SELECTORS, "triggerExpression": SELECTORS,
    "cgroupRankingExpression": SELECTORS, "cert": CERTIFICATES, "key": KEYS, "ca": CERTIFICATES, "acceptedCAs": CERTIFICATES,
    "mode": ["", "nftables", "ipvs", "iptables", "host", "none", "x", "active-backup", "802.3ad", "balance-tlb"],
    "format": ["json_lines", "json", ""], "profile": ["restricted", "privileged", "", "x"], "add": CAPABILITIES, "drop": CAPABILITIES,
    "options": ["ro", "rw", "rbind", "x", "noexec"], "networks": ["addresses", "x", "", "etcfiles"], "containers": ["a", "b", "c", "", "d"],
    "cpu": ["1500m", "1", "0m", "m", "-1m", "1.5m", "", "+1m"], "memory": ["1GiB", "x", "1", "", "-1"], "environment": ["A=b", "A", "=", ""],
    "destination": PATHS[:4], "source": [*PATHS[:4], *ADDRESSES[:6]], "paths": PATHS[:4], "mountPath": PATHS[:4], "content": ["", "x"],
    "device": ["", "/dev/watchdog0"], "hostname": ["a", "a.b", "", "x" * 64, "a" * 63 + ".b", ".a", "x." * 127, "é" * 32],
    "dnsDomain": ["cluster.local", "a.", "a_", "a..b", "-a", "", "a._", ".", "_", "x" * 64, "x" * 63 + "_"],
    "nodeAddressSortAlgorithm": ["v1", "V2", "v3", ""], "xmitHashPolicy": ["", "layer2", "x"], "lacpRate": ["", "slow", "x"],
    "arpValidate": ["", "none", "filter", "x"], "failOverMac": ["", "none", "Active"], "adActorSystem": ["", "x"], "primary": ["", "eth0"],
    "advertise": ADDRESSES, "link": ["", "eth0"], "parent": ["", "eth0"], "apiToken": ["", "x"], "tag": ["", "x"], "volumeGroup": ["", "x"],
    "clusterName": ["", "c"], "clusterID": ["", "x"], "id": ["", "x"], "secret": ["", "x"], "backendType": ["", "vxlan"],
    "vlanID": [0, 1, 4094, 4095], "vlanId": [0, 1, 4095], "port": [0, 7445, 65535, 65536, -1], "listenPort": [0, 51820, 65536, -1],
    "mtu": [0, 1279, 1280, 1500], "miimon": [0, 100], "updelay": [0, 100, 150], "downdelay": [0, 200, 250], "slot": [0, 1, 0],
    "pcrs": [0, 7, 23, 24, -1], "maxPoolPercent": [0, 100, 101, -1], "mirrors": [0, 1, 2], "stripes": [0, 1, 2], "uid": [0, -1],
    "gid": [0, -1], "nodeCIDRMaskSizeIPv4": [0, 24, 33, 16, 1], "nodeCIDRMaskSizeIPv6": [0, 64, 129, 112], "failureThreshold": [0, 1, -1],
    "fwMask": [0, 1], "fwMark": [0, 1], "localASN": [0, 65000], "podSubnets": ["10.244.0.0/16", "fd00::/48", "10.0.0.1/8", "10.0.0.0/30", "10.4.0.0/7"],
    "serviceSubnets": ["10.96.0.0/12", "10.0.0.0/11", "fd01::/108", "fd01::/107", "10.1.0.0/24"], "prefixes": ["10.0.0.0/8", "10.1.0.0/16", "10.0.0.1/8", "fd00::/8", ""],
    "bgpInstance": ["", "a", "b"], "table": ["unspec", "main", "100", "local"], "allowedRoles": ["os:admin", "os:reader", "admin", "os:meta:writer"],
    "extraArgs": ARGUMENTS, "extraConfig": LABELS, "username": ["", "u"], "identityToken": ["", "t"], "auth": ["", "x"],
    "issuer": ["", "x"], "subject": ["", "x"], "subjectRegex": ["", "x"], "certificate": ["", "x"], "passphrase": ["", "x"],
    "hostnames": ["a"], "servers": ["10.0.0.1", "time.example"], "certSANs": ["a"], "urls": URLS, "manifests": URLS, "validSubnets": ADDRESSES,
    "endpoint": [*URLS, "h:1", ":1", "[::1]:1", "[x:y]:1", "h:", "a:b:c"], "links": ["eth0", "eth1"], "interface": NAMES[:6],
    "interfaces": ["eth0", "eth1", "bond0"], "endpoints": [*ADDRESSES[:12], *URLS[:6]], "excludeAdvertisedNetworks": ADDRESSES,
    "addresses": ADDRESSES, "cidr": ADDRESSES, "network": ADDRESSES, "gateway": ADDRESSES, "ip": ADDRESSES, "subnet": ADDRESSES,
    "advertisedSubnets": ADDRESSES, "listenSubnets": ADDRESSES, "allowedIPs": ADDRESSES, "nameservers": ADDRESSES, "disk": ["", "/dev/sda"],
}  # fmt: skip
# Where the name of a field alone says too little: by type or kind.
NEAR: dict[str, list[Any]] = {
    "v1alpha1.CNIConfig.name": ["flannel", "custom", "custom", "none", "x", ""], "v1alpha1.InstallDiskSelector.name": ["", "", "", "x"],
    "v1alpha1.RegistryServiceConfig.endpoint": [*URLS[:8], "https://discovery.talos.dev/", "", "x", "https://h/a"],
    "v1alpha1.AuthorizationConfigAuthorizerConfig.type": ["Node", "Webhook", "x", ""], "v1alpha1.Device.interface": ["eth0", "eth1", "bond0", ""],
    "v1alpha1.ControlPlaneConfig.endpoint": ["https://h:6443"] * 8 + URLS[:-3], "v1alpha1.Bond.mode": ["", "active-backup", "802.3ad", "x"],
    "container.UserVolumeMount.name": ["a", ""], "container.UserVolumeMount.destination": ["/x", "/y", "x"],
    "container.TmpfsMount.destination": ["/x", "/y", ""], "container.HostPathMount.destination": ["/x", "/y", "x"],
    "container.HostPathMount.source": ["/x", "x"], "runtime.KmsgLogV1Alpha1.url": ["tcp://h:1", "udp://h:1/", "tcp://h:1/x", "tcp://h", "x://h:1", ""],
    "security.ImageVerificationRuleV1Alpha1.image": IMAGES[-14:], "siderolink.ConfigV1Alpha1.apiUrl": ["https://h", "grpc://h/", "https://h/x", "h:1", ""],
    "network.HTTPProbeConfigV1Alpha1.url": ["https://h", "https:h", "http:///x", "", "tcp://h"], "block.DiskSelector.match": SELECTORS[:4],
}  # fmt: skip
KIND_NAMES = {
    "VolumeConfig": ["STATE", "EPHEMERAL", "IMAGECACHE", "ETCD", "CRI", "x"], "ContainerConfig": ["a", "b", "c", "A", "x" * 64],
    "UserVolumeConfig": ["data", "x_y", "a" * 35], "StaticHostConfig": ADDRESSES, "Layer2VIPConfig": ADDRESSES, "HCloudVIPConfig": ADDRESSES,
    "BlackholeRouteConfig": ADDRESSES, "EtcFileConfig": PATHS, "RoutingRuleConfig": ["0", "100", "32500", "4294967296", "040", "-1", "x", "32767"],
    "CRICustomizationConfig": ["customization", "20-x", "a/b/c"], "LinkAliasConfig": ["net%d", "%d", "n%s", "n%d%d", "n"],
    "BGPInstanceConfig": ["a", "b"], "VethConfig": ["v0", "x" * 16, ".", "a:b", "a b"],
}  # fmt: skip
MOUNT_KINDS = ("userVolume", "tmpfs", "hostPath")
DURATIONS = ["0s", "1s", "10s", "9.9s", "-1s", "1h"]
SCALARS = {
    "duration": DURATIONS, "base64": ["Zm9v", "", "YmFy"], "base64-or-marker": ["Zm9v", "******", ""], "endpoint-url": URLS[:-3], "url": URLS[:-3],
    "ip-addr": ["10.0.0.1", "fd00::1", "", "0.0.0.0", "::", "::ffff:0.0.0.0", "::%e"], "ip-prefix": ["10.0.0.0/8", "10.0.0.1/8", "fd00::/64", "", "0.0.0.0/0", "::/0"],
    "ip-addrport": ["10.0.0.1:80", "[fd00::1]:51820", ""], "hwaddr": ["02:00:5e:10:00:01", ""], "byte-size": ["50GiB", "100", "-1GB", "", "0"],
    "size": ["50GiB", "80%", "-10%", "-1GB", "100", "", "0"], "disk-size": ["100MB", "0", "1"], "disk-size-matcher": [">= 100GB", "4GB"],
    "disk-type": ["ssd", "x", "nvme", "", "hdd", "sd"], "cel": SELECTORS, "octal-mode": [0o644, 0], "port-range": [80, "80-90", "9-8", 85, 0, 65535],
    "arg-value": ["", "x", ["x"]],
}  # fmt: skip
FREE = [None, True, 1, 1.5, "x", [], {}, ["x"], {"a": "b"}, {1: 2}, float("inf")]
SPEC = [
    {"process": {"oomScoreAdj": 1}}, {"process": {"oomScoreAdj": "x"}}, {"Process": {"Args": "x"}}, {"linux": {"resources": {"memory": {"limit": 1.5}}}},
    {"linux": {"sysctl": {"a": 1}}}, {"root": None}, {"mounts": [{"options": ["a", 1]}]}, {"process": {"rlimits": [{"hard": -1}]}}, {"hooks": []},
    {"linux": {"resources": {"memory": {"limit": 2.0}}}}, {"a": {1: 2}}, {"windows": 1}, {"annotations": {"a": True}},
]  # fmt: skip


class Configs:
    """Makes documents; ``rich``: how likely each field is there."""

    def __init__(self, seed: int, facts: Table | None = None) -> None:
        self.random = random.Random(seed)
        self.table = facts or table()
        self.kinds = sorted(self.table.kinds)

    def document(self, kind: str) -> dict[str, Any]:
        """A document of a kind."""
        facts = self.table.kinds[kind]
        rich = self.random.choice([0.15, 0.4, 0.4, 0.8])
        tree = self.struct(facts.type, rich)
        if facts.legacy:
            for section, name in (("machine", "v1alpha1.MachineConfig"), ("cluster", "v1alpha1.ClusterConfig")):
                if self.random.random() < 0.95:
                    tree[section] = self.struct(name, self.random.choice([0.05, 0.15, 0.3]))
            if isinstance(tree.get("cluster"), dict) and self.random.random() < 0.7:
                tree["cluster"]["controlPlane"] = {"endpoint": "https://h:6443"}
            if not {"machine", "cluster", "debug", "persist"} & set(tree):
                tree["machine"] = {}
            if isinstance(tree.get("machine"), dict) and self.random.random() < 0.8:
                role = self.random.choice(TYPES[:3])
                tree["machine"] |= {
                    "type": role,
                    "ca": {"crt": "Zm9v"} if role == "worker" else {"crt": "Zm9v", "key": "YmFy"},
                }
            return tree
        if facts.name_field and self.random.random() < 0.9:
            tree["name"] = self.random.choice(KIND_NAMES.get(kind) or POOLS["name"])
        return {
            "apiVersion": facts.api_version,
            "kind": kind,
            **{key: tree[key] for key in tree if key not in ("apiVersion", "kind")},
        }

    def struct(self, name: str, rich: float) -> dict[str, Any]:
        """A value of a struct type."""
        out = {}
        for field in self.table.struct(name).fields:
            if self.random.random() < rich:
                near = NEAR.get(f"{name}.{field.key}")
                out[field.key] = self.random.choice(near) if near else self.value(field.type, field.key, rich)
        if name == "container.ContainerMount" and len(out) != 1 and self.random.random() < 0.9:
            kind = self.random.choice(MOUNT_KINDS)
            out = {kind: self.struct(f"container.{kind[0].upper()}{kind[1:]}Mount", 0.9)}
        return out

    def value(self, expr: Any, key: str, rich: float) -> Any:
        """A value of a type, for the field of that name."""
        pick = self.random.choice
        if self.random.random() < 0.002:
            return pick([None, "x", [], {}, True, 7])
        expr = opened(self.table, expr)
        pool = POOLS.get(key) or LABELS
        if expr == "any":
            return pick(FREE)
        if expr == "bool":
            return self.random.random() < 0.6
        if isinstance(expr, str):
            if expr == "string":
                return str(pick(pool))
            numbers = [number for number in pool if isinstance(number, int)] or [0, 1, 2, 100]
            bits = int(expr.lstrip("uint") or 64)
            low, high = (0, 2**bits - 1) if expr.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
            return pick([number for number in numbers if low <= number <= high] or [0])
        if "list" in expr:
            return [self.value(expr["list"], key, rich) for _ in range(pick([0, 1, 1, 2, 2, 3]))]
        if "map" in expr:
            keys = [pick(ARGUMENTS if key == "extraArgs" else LABELS) for _ in range(pick([0, 1, 2, 3]))]
            return {name: self.value(expr["map"][1], "label", rich) for name in keys}
        if name := self.table.struct_name(expr):
            return self.struct(name, max(rich, self.random.choice([0.2, 0.5, 0.7])))
        name = expr.get("ref") or expr["ext"]
        if "ext" in expr:
            return pick(
                POOLS.get(key, []) if self.table.codec_of(name) == "cel" else SCALARS[self.table.codec_of(name)]
            )
        facts = self.table.facts(name)
        codec = facts["codec"]
        if codec == "enum-text":
            return pick([*facts["values"], facts["values"][0].upper()])
        if codec == "unstructured":
            if key in ("overrides", "baseRuntimeSpecOverrides"):
                return pick(SPEC)
            return {pick(LABELS): pick(FREE) for _ in range(pick([0, 1, 2]))}
        return pick(SCALARS[codec])

    def stream(self) -> str:
        """A config of several documents, most with a legacy one."""
        kinds = self.random.sample(self.kinds, self.random.choice([0, 1, 2, 3, 5]))
        documents = [self.document(kind) for kind in kinds if kind != "v1alpha1"]
        if not documents or self.random.random() < 0.8:
            documents.insert(0, self.document("v1alpha1"))
        return "---\n".join(map(emit, documents))

    def request(self, text: str) -> dict[str, Any]:
        """The question for a verdict, in some mode."""
        return {
            "op": "validate", "config": text, "mode": self.random.choice(["metal", "cloud", "container"]),
            "strict": self.random.random() < 0.3,
        }  # fmt: skip

    def mutated(self, documents: list[dict[str, Any]]) -> str:
        """A config with one or two things changed, for better or worse."""
        documents = [copied(document) for document in documents]
        for _ in range(self.random.choice([1, 1, 1, 2])):
            change = self.random.random()
            if change < 0.08 and len(documents) > 1:
                del documents[self.random.randrange(len(documents))]
            elif change < 0.2:
                documents.append(self.document(self.random.choice(self.kinds[:-1])))
            else:
                self._change(self.random.choice(documents))
        return "---\n".join(map(emit, documents))

    def _change(self, document: dict[str, Any]) -> None:
        kind = self.table.kinds[document.get("kind", "v1alpha1")]
        places = list(self._places(document, {"ref": kind.type}))
        container, step, expr, key = self.random.choice(places)
        if step is None:
            return
        if (
            self.random.random() < 0.2 and step in container
            if isinstance(container, dict)
            else self.random.random() < 0.2
        ):
            del container[step]
        else:
            container[step] = self.value(expr, key, 0.3)

    def _places(self, tree: Any, expr: Any, key: str = "") -> Any:
        """Every field that is there or could be, and every item, with its type."""
        expr = opened(self.table, expr)
        if not isinstance(expr, dict):
            return
        if isinstance(tree, list) and "list" in expr:
            for index, item in enumerate(tree):
                yield tree, index, expr["list"], key
                yield from self._places(item, expr["list"], key)
        elif isinstance(tree, dict) and "map" in expr:
            for name, item in tree.items():
                yield tree, name, expr["map"][1], key
                yield from self._places(item, expr["map"][1], key)
        elif isinstance(tree, dict) and (name := self.table.struct_name(expr)):
            for field in self.table.struct(name).fields:
                if field.key in ("apiVersion", "kind", "version"):
                    continue
                yield tree, field.key, field.type, field.key
                if field.key in tree:
                    yield from self._places(tree[field.key], field.type, field.key)
