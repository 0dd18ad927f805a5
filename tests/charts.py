"""The charts that apps depend on, put beside them: the projects' own where a Go module has them, else empty ones."""

from __future__ import annotations

import shutil
from functools import partial

import programs
import yaml

#: The folder of a chart in a module of ``programs.MODULES``.
CHARTS = {
    "cilium": ("cilium", "install/kubernetes/cilium"),
    "external-secrets": ("external-secrets", "deploy/charts/external-secrets"),
    "gateway-helm": ("envoy-gateway", "charts/gateway-helm"),
    "metallb": ("metallb", "charts/metallb"),
    "metrics-server": ("metrics-server", "charts/metrics-server"),
    "rook-ceph": ("rook-ceph", "deploy/charts/rook-ceph"),
    "rook-ceph-cluster": ("rook-ceph", "deploy/charts/rook-ceph-cluster"),
    "tailscale-operator": ("tailscale", "cmd/k8s-operator/deploy/chart"),
}
#: Folders of definitions in the modules.
DEFINITIONS = {
    "external-secrets": ("config/crds/bases",),
    "envoy-gateway": ("charts/gateway-helm/charts/crds/crds", "charts/gateway-helm/charts/crds/crds/generated"),
    "metallb": ("config/crd/bases",),
    "rook-ceph": ("deploy/examples",),
}


def vendor(app, *, real=True):
    """Put the charts that an app depends on into its folder ``charts/``; the names of those that are the projects' own."""
    chart = yaml.safe_load((app / "Chart.yaml").read_text("utf-8"))
    own = []
    for dependency in chart["dependencies"]:
        name, target = dependency["name"], app / "charts" / dependency["name"]
        if real and name in CHARTS:
            module, folder = CHARTS[name]
            source = programs.required(partial(programs.module, module)) / folder
            shutil.copytree(source, target, copy_function=shutil.copyfile)
            for path in (target, *target.rglob("*")):
                # Go's cache is read-only.
                path.chmod(0o755 if path.is_dir() else 0o644)
            own.append(name)
            for path in (target / "templates").rglob("*"):
                # What a package of the chart leaves out.
                if path.is_file() and path.suffix not in (".yaml", ".tpl", ".txt"):
                    path.unlink()
            unset = target / "values.tmpl.yaml"
            if unset.exists():
                text = unset.read_text("utf-8").replace("${GatewayImagePullPolicy}", "IfNotPresent")
                (target / "values.yaml").write_text(
                    text.replace("${GatewayImage}", "example.com/gateway:v1"), encoding="utf-8"
                )
            found = yaml.safe_load((target / "Chart.yaml").read_text("utf-8"))
            _with_libraries(source, found, target)
        else:
            target.mkdir(parents=True)
            found = {"apiVersion": "v2", "name": name}
        # What it depends on in its turn is somewhere else. In the source of a release its version is often not yet set.
        inside = {path.name for path in (target / "charts").glob("*")}
        found["dependencies"] = [one for one in found.get("dependencies", ()) if one["name"] in inside]
        found["version"] = dependency["version"]
        (target / "Chart.yaml").write_text(yaml.safe_dump(found), encoding="utf-8")
    return own


def _with_libraries(source, chart, target):
    for dependency in chart.get("dependencies", ()):
        if dependency.get("repository", "").startswith("file://"):
            folder = source / dependency["repository"].removeprefix("file://")
            shutil.copytree(folder, target / "charts" / dependency["name"], copy_function=shutil.copyfile)
            for path in (target / "charts").rglob("*"):
                path.chmod(0o755 if path.is_dir() else 0o644)


def definitions(name):
    """The schemas of the kinds that a project defines, by (group/version, kind); unknown fields are faults."""
    module = programs.required(partial(programs.module, name))
    found = {}
    for folder in DEFINITIONS[name]:
        for path in sorted(
            (module / folder).glob("*crds.yaml") if folder == "deploy/examples" else (module / folder).glob("*.yaml")
        ):
            for document in yaml.safe_load_all(path.read_text("utf-8")):
                if document and document["kind"] == "CustomResourceDefinition":
                    spec = document["spec"]
                    for version in spec["versions"]:
                        key = (f"{spec['group']}/{version['name']}", spec["names"]["kind"])
                        found[key] = closed(version["schema"]["openAPIV3Schema"], top=True)
    return found


def closed(schema, top=False):
    """A schema that refuses the fields that it does not name, as a strict API server does."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: value for key, value in schema.items() if key not in ("properties", "default", "example", "format")}
    for key in ("items", "additionalProperties"):
        if key in out:
            out[key] = closed(out[key])
    if "properties" in schema:
        out["properties"] = {name: closed(value) for name, value in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields") and "additionalProperties" not in schema:
            out["additionalProperties"] = False
    if top:
        # Of these the definition says no more than that they are there.
        for name in ("metadata", "apiVersion", "kind"):
            out["properties"][name] = {}
    return out
