"""Read a config, ask it, change it, print it: ``python change.py [FILE]``."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from talosgen import MachineConfig
from talosgen.documents import HostnameConfig, SysctlConfig, TCPProbeConfig, UserVolumeConfig

EXAMPLE = """\
version: v1alpha1
machine:
    type: worker
    install:
        disk: /dev/sda
cluster:
    controlPlane:
        endpoint: https://10.0.0.1:6443
---
apiVersion: v1alpha1
kind: UserVolumeConfig
name: data
provisioning:
    minSize: 10GiB
"""


def changed(config: MachineConfig) -> MachineConfig:
    """The config on an NVMe disk, with a larger volume, a name and a probe."""
    # A model is one's own: the config changes when it is put back.
    legacy = config.v1alpha1
    if legacy.machine.install.disk.startswith("/dev/sd"):
        legacy.machine.install.disk = "/dev/nvme0n1"
    # Parts that are not there yet can be filled at once.
    legacy.machine.node_labels["disk"] = "nvme"
    config = config.replace(legacy)

    volume = config.get(UserVolumeConfig, "data")
    if volume is not None:
        # An integer of bytes, or Talos's text.
        volume.provisioning.max_size = 100 * 2**30
        volume.provisioning.disk_selector.match = 'disk.transport == "nvme"'
        config = config.replace(volume)

    config = config.add(
        HostnameConfig(hostname="worker-1"),
        TCPProbeConfig(name="api", endpoint="10.0.0.1:6443", interval=timedelta(seconds=10), timeout="3s"),
    )
    # What is set in a model is a patch, merged as Talos merges.
    return config.patch(SysctlConfig(params={"vm.max_map_count": "262144"}))


def main() -> None:
    given = Path(sys.argv[1]).read_text(encoding="utf-8") if len(sys.argv) > 1 else EXAMPLE
    config = changed(MachineConfig.load(given, "worker.yaml"))
    print("=== worker")
    print(config.to_yaml(), end="")


if __name__ == "__main__":
    main()
