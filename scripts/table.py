"""Write the package's table of a Talos release from the reference table of that release.

    for minor in 5 6 7 8 9 10 11 12 13 14; do
        python scripts/table.py REFERENCE/schema/v1.$minor.json talosgen/schema/v1.$minor.json
    done
    python scripts/table.py REFERENCE/schema/matrix.json talosgen/schema/matrix.json

The matrix says of each kind and path in which releases it is. Kept are the facts that the engines read; one
type and one kind a line, so that a diff reads well. What is secret is laid over them (``secrecy.py``).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import secrecy

KIND_FACTS = ("conflictsWith", "conflictsWithV1Alpha1", "controlplaneOnly", "nameField", "secret")
TYPE_FACTS = ("of", "codec", "values", "numbers", "parse", "deprecated", "replacedBy", "nodoc")
FIELD_FACTS = (
    "pointer", "omitempty", "omitonlyifnil", "inline", "merge", "required", "nodoc", "deprecated",
    "replacedBy", "deprecatedBy", "enum", "docDefault", "json",
)  # fmt: skip

# Types of other modules that are mappings: as structs, so that one engine serves all.
PEM = {"crt": {"ext": "base64"}, "key": {"ext": "base64-or-marker"}}

# An own test of emptiness that looks at less than all fields (the judge's answers, Talos v1.14.1).
EMPTY_WHEN_UNSET = {"block.EncryptionSpec": ["provider", "keys"]}
# An own test of emptiness that is true for an unset list only.
EMPTY_ONLY_IF_NIL = {"network.SearchDomainList"}

# Lists in which position and repetition carry meaning (our idempotent semantics, patch algebra U1).
ARGUMENTS = {
    "container.ContainerConfigV1Alpha1": ("entrypoint", "args"),
    "k8s.KubeFlannelCNIConfigV1Alpha1": ("extraArgs",),
    "v1alpha1.FlannelCNIConfig": ("extraArgs",),
    "v1alpha1.InstallConfig": ("extraKernelArgs",),
}

# The keys by which a list tells its elements apart when a patch merges with it (patch algebra); the first that is set.
MERGE_BY = {
    "extensions.ConfigFileList": ["mountPath"],
    "security.ImageVerificationRules": ["image"],
    "v1alpha1.AdmissionPluginConfigList": ["name"],
    "v1alpha1.NetworkDeviceList": ["interface", "deviceSelector"],
    "v1alpha1.VlanList": ["vlanId"],
}

# Link names that a document claims beside its own (schema tables, section 2).
FURTHER_LINKS = {"VethConfig": ["peer.name"]}


def facts(entry: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    # A default may well be false or zero; any other fact that is false is left out.
    return {
        name: entry[name]
        for name in names
        if entry.get(name) is not None and (name == "docDefault" or entry[name] not in (False, ""))
    }


def links(entry: dict[str, Any]) -> dict[str, Any]:
    """The paths of the link names that a document of this kind claims."""
    if not entry.get("linkNamespace"):
        return {}
    return {"links": [entry["nameField"], *FURTHER_LINKS.get(entry["kind"], [])]}


def type_entry(name: str, entry: dict[str, Any], types: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {"kind": entry["kind"], **facts(entry, TYPE_FACTS)}
    custom = entry.get("custom", {})
    if custom.get("merge"):
        out["merge"] = True
        if name in MERGE_BY:
            out["mergeBy"] = MERGE_BY[name]
    if name in EMPTY_WHEN_UNSET:
        out["emptyWhenUnset"] = EMPTY_WHEN_UNSET[name]
    if name in EMPTY_ONLY_IF_NIL:
        out["emptyOnlyIfNil"] = True
    if "fields" in entry:
        out["fields"] = [
            {"yaml": field["yaml"], "go": field["go"], "type": field["type"], **facts(field, FIELD_FACTS)}
            | ({"arguments": True} if field["yaml"] in ARGUMENTS.get(name, ()) else {})
            | secrecy.facts(name, field, types)
            for field in entry["fields"]
        ]
    return out


def table(reference: dict[str, Any]) -> dict[str, Any]:
    types = {name: type_entry(name, entry, reference["types"]) for name, entry in reference["types"].items()}
    external: dict[str, str] = {}
    for name, entry in reference["external"].items():
        if entry.get("keys"):
            fields = [{"yaml": key, "go": key.title(), "type": PEM[key]} for key in entry["keys"]]
            fields = [field | secrecy.facts(name, field, types) for field in fields]
            types[name] = {"kind": "struct", "codec": entry["codec"], "fields": fields}
        elif entry.get("codec"):
            external[name] = entry["codec"]
    kinds = {
        entry["kind"]: {
            "apiVersion": entry["apiVersion"], "type": entry["type"], "identity": entry["identity"],
            **facts(entry, KIND_FACTS), **links(entry),
        }
        for entry in reference["documents"]
    }  # fmt: skip
    return {
        "release": reference["release"],
        "source": {key: reference["source"].get(key, "") for key in ("module", "tag", "commit")},
        "roots": {root["name"]: root["type"] for root in reference["roots"]},
        "external": external,
        "kinds": kinds,
        "types": types,
    }


def matrix(reference: dict[str, Any]) -> dict[str, Any]:
    """By kind and path: first release, last one (null: to this day), release of its deprecation, what replaces it."""
    return {
        kind: {
            path: [entry["since"], entry["last"], entry["deprecated"], entry.get("replacedBy", [])]
            for path, entry in paths.items()
        }
        for kind, paths in reference["paths"].items()
    }


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def text(content: dict[str, Any]) -> str:
    """The table as JSON: one kind, one type a line."""
    parts = []
    for key, value in content.items():
        if key in ("kinds", "types") or "kinds" not in content:
            rows = ",\n".join(f"{compact(name)}:{compact(entry)}" for name, entry in value.items())
            parts.append(f"{compact(key)}:{{\n{rows}\n}}")
        else:
            parts.append(f"{compact(key)}:{compact(value)}")
    return "{" + ",\n".join(parts) + "}\n"


def main() -> None:
    source, target = map(Path, sys.argv[1:])
    reference = json.loads(source.read_text(encoding="utf-8"))
    content = matrix(reference) if "paths" in reference else table(reference)
    target.write_text(text(content), encoding="utf-8")


if __name__ == "__main__":
    main()
