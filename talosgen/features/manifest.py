"""The manifest of a feature: what it is for, its parameters, what it needs, which patches it gives when."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

__all__ = [
    "App", "AppFile", "AppState", "Conflict", "Manifest", "Need", "Parameter", "Part", "Ports", "Refusal", "Releases",
    "Value", "When",
]  # fmt: skip

Role = Literal["controlplane", "worker"]
ParameterType = Literal[
    "text", "name", "integer", "boolean", "choice", "list", "map", "cidr", "address", "url", "size", "duration", "cel",
    "pem", "secret", "port", "ports", "record", "exclusion", "stream", "endpoint",
    "ipv4", "nodes", "https", "filter", "any",
]  # fmt: skip


_RANGES: Final = re.compile(r"\s*(>=|<=|>|<|==)?\s*v?\d{1,4}\.\d{1,4}\s*(,\s*(>=|<=|>|<|==)?\s*v?\d{1,4}\.\d{1,4}\s*)*")
_RELEASE: Final = re.compile(r"v?\d{1,4}\.\d{1,4}")
_FILE: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


def _ranges(text: str) -> str:
    if _RANGES.fullmatch(text) is None:
        raise ValueError("expected ranges of versions such as >=v1.12,<v1.14")
    return text


def _release(text: str) -> str:
    if _RELEASE.fullmatch(text) is None:
        raise ValueError("expected a minor release such as v1.12")
    return text


def _file(text: str) -> str:
    if _FILE.fullmatch(text) is None:
        raise ValueError("expected the name of a file in the feature's folder")
    return text


Ranges = Annotated[str, AfterValidator(_ranges)]
Release = Annotated[str, AfterValidator(_release)]
File = Annotated[str, AfterValidator(_file)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, strict=True, defer_build=True)


class Releases(_Model):
    """The minor releases of Talos that a feature is for, both included."""

    since: Release = Field("v1.9", description="the first")
    until: Release | None = Field(None, description="the last; the newest when left out")


class Parameter(_Model):
    """A parameter. One without default and not optional must be given."""

    type: ParameterType
    about: str
    default: Any = None
    optional: bool = False
    values: list[str] | None = Field(None, description="what a choice, or the elements of a list, may be")
    of: ParameterType | None = Field(None, description="the type of a list's elements or a map's values")
    fields: dict[str, Parameter] | None = Field(None, description="what a record has, and each record of a list or map")
    minimum: int | None = None
    maximum: int | None = None
    needs: list[str] | None = Field(None, description="parameters that must be given with it")
    excludes: list[str] | None = Field(None, description="parameters that must not be given beside it")
    at_least: str | None = Field(
        None, alias="atLeast", description="the parameter beside it that it may not be less than"
    )
    since: Release | None = Field(None, description="the first release of Talos that knows it")
    names: Literal["label", "disk", "partition"] | None = Field(
        None,
        description="what of a cluster it names: labels, keys or keys with values, that some node must bear; a disk"
        " that it takes whole, by its device or an expression; a disk that it has a partition on",
    )


class When(_Model):
    """A condition: all that it says must hold. Of a record the fields count that it names."""

    has: str | list[str] | None = Field(None, description="kinds of documents that the base has")
    lacks: str | list[str] | None = Field(None, description="kinds of documents that the base has not")
    role: Role | None = None
    talos: Ranges | None = Field(None, description="releases: >=v1.12, <v1.14, v1.13")
    param: dict[str, Any] | None = Field(None, description="values; of a list, an element")
    given: str | list[str] | None = Field(
        None, description="parameters that have a value; of a list of records NAME.FIELD, which one of them has"
    )
    missing: str | list[str] | None = Field(None, description="parameters that have none")
    many: str | list[str] | None = Field(None, description="parameters that have more than one element")
    named: str | None = Field(None, description="a parameter of type nodes: it names the node, or is not given")
    kubernetes: Ranges | None = Field(None, description="minor versions of Kubernetes: <v1.33")
    feature: str | list[str] | None = Field(None, description="features that the node has as well")
    without: str | list[str] | None = Field(None, description="features that the node has not")


class Ports(_Model):
    """Ports that others must reach."""

    name: str
    ports: str | list[int | str]
    protocol: Literal["tcp", "udp"] = "tcp"
    subnets: str | list[str] | None = Field(None, alias="from", description="from where; the nodes when left out")


class Need(_Model):
    """What a node needs beside patches: an extension, a kernel argument, labels of the Kubernetes node, or ports."""

    when: When | None = None
    extension: str | None = None
    kernel_arg: str | None = Field(None, alias="kernelArg")
    labels: str | dict[str, str] | None = Field(None, description="values by key, or a parameter that is a map")
    ports: Ports | None = None


class Part(_Model):
    """A patch file, applied when its condition holds; with ``each`` once for every element of a list."""

    file: File
    owned: bool = Field(False, description="whether no other feature may give to its documents")
    when: When | None = None
    each: str | list[str] | None = Field(None, description="a list or a map; of several the first that holds something")


class Value(_Model):
    """A value that several features may give to one place, with the rule that makes one of them."""

    kind: str = Field(description="the document's kind; v1alpha1 is the legacy one")
    name: str = ""
    path: list[str]
    rule: Literal["sum", "max", "unite", "same"]
    value: Any
    text: bool = Field(False, description="whether Talos wants the result as a text")
    when: When | None = None


class Conflict(_Model):
    """A feature that this one excludes, under a condition of this one's parameters, and of the other's."""

    feature: str
    why: str
    when: When | None = None
    other: When | None = Field(None, description="what must hold of the other feature's parameters")


class Refusal(_Model):
    """What cannot be had: a condition of parameters, release, role or base, and why it is refused."""

    when: When
    why: str
    remedy: str = ""


class AppFile(_Model):
    """A file of the app that is not always written as it is: under a condition, or by another name."""

    file: str
    to: str | None = Field(None, description="its name in the app; the same when left out")
    when: When | None = Field(None, description="on parameters alone")


class AppState(_Model):
    """What is to be known of an app, under a condition: that it is retired, or must be applied by hand first."""

    about: str
    when: When | None = Field(None, description="on parameters alone")


class App(_Model):
    """The feature's part inside Kubernetes: the folder below its own that ``app add`` copies."""

    folder: str = "app"
    about: str = Field("", description="what is deployed, in a few words")
    states: list[AppState] = Field(default_factory=list, description="what is to be known of it")
    files: list[AppFile] = Field(default_factory=list, description="those that are not always written as they are")
    needs: list[str] = Field(default_factory=list, description="parameters that it cannot be without")
    asks: list[str] = Field(default_factory=list, description="parameters that it does little without")
    there: str | None = Field(None, description="the folder of the repository that has it already")


class Manifest(_Model):
    """``feature.yaml``."""

    api_version: Literal["talosgen/v1"] = Field(alias="apiVersion")
    kind: Literal["Feature"]
    title: str
    about: str = Field(description="what it is for and why the node needs it, in a few sentences")
    links: list[str] = Field(default_factory=list, description="the project's own documentation")
    traps: list[str] = Field(default_factory=list, description="known traps, with trackers' numbers")
    roles: list[Role] = ["controlplane", "worker"]
    releases: Releases = Releases(since="v1.9", until=None)
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    requires: list[str] = Field(default_factory=list, description="features that must be there as well")
    conflicts: list[Conflict] = Field(default_factory=list)
    refuses: list[Refusal] = Field(default_factory=list)
    needs: list[Need] = Field(default_factory=list)
    patches: list[Part] = Field(default_factory=list)
    values: list[Value] = Field(default_factory=list)
    app: App | None = None
    example: dict[str, Any] = Field(default_factory=dict, description="parameters that docs and tests show it with")
