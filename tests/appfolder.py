"""Apps for tests: a repository, and an app of it with parameters."""

from __future__ import annotations

from talosgen.scaffold import Wanted, apps

#: Parameters that show each app whole. A list of cases by feature.
CASES = {
    "cilium": [[], ["gateway_api=true", "scrape_subnets=10.244.0.0/16"], ["tunnel=native", "encryption=wireguard", "hubble=false"]],
    "external-secrets": [
        [], ["vault_server=https://vault.example.com:8200", "vault_ca=-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"],
        ["vault_server=https://vault.example.com", "auth=jwt", "vault_mount=jwt", "anonymous_discovery=true"],
    ],
    "github-runners": [
        ["github_url=https://github.com/me/shop"],
        ["github_url=https://github.com/me", "mode=dind", "vault_key=github", "max_runners=9"],
        ["github_url=https://github.com/me", "mode=kubernetes", "dedicated=platform.example.com/runners"],
    ],
    "ingress-host-ports": [[], ["controller=ingress-nginx", "node_labels={example.com/edge: \"yes\"}"]],
    "kubelet-certificates": [[], ["ha=true"]],
    "longhorn": [["disk_selector=!system_disk", "label_nodes=true"], ["disk_selector=!system_disk", "engine=v2"]],
    "metallb": [
        [], ["addresses=10.0.0.200-10.0.0.220,10.0.1.0/28", "interfaces=eth0,eth1", "node_labels={kubernetes.io/os: linux}", "announce_from_control_plane=true"],
        ["addresses=[10.0.0.200/29]", "mode=bgp", "node_labels={kubernetes.io/os: linux}", "bgp_asn=64512", "bgp_peers=[{name: tor-1, address: 10.0.0.1, asn: 64513}, {name: tor-2, address: 10.0.0.2, asn: 64514}]"],
    ],
    "metrics-server": [[], ["ha=true"]],
    "openebs": [[], ["engines=hostpath,zfs,lvm,mayastor", "zfs_pool=tank"]],
    "rook-ceph": [["devices=/dev/sdb,/dev/sdc"], ["mode=raw-volume", "disk_selector=!system_disk", "host_network=true"]],
    "spire": [["trust_domain=example.org"], ["trust_domain=example.org", "cluster_name=lab", "verify_kubelet=true"]],
    "tailscale": [["auth_key=${secrets.tailscale}"], ["auth_key=${secrets.tailscale}", "vault_key=tailscale"]],
}  # fmt: skip

#: Every case as a pair of a feature and parameters.
EACH = [(name, given) for name, cases in CASES.items() for given in cases]
NAMES = [f"{name}-{number}" for name, cases in CASES.items() for number in range(len(cases))]


def added(repository, name, *given, project="cluster", group=""):
    """Add the app of a feature to a repository; what was written."""
    made = apps.prepare(str(repository / project), Wanted(name, given, group))
    apps.write(made)
    return made
