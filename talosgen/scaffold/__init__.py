"""The repository of a platform, made new: ``tree/`` holds its files, with few placeholders written ``@{name}``.

``choices`` is what a person decides, ``argocd`` knows the install manifests, ``layout`` the files, ``create`` makes and
writes them. ``asked`` puts features into a cluster.yaml, ``apps`` writes what they have inside Kubernetes.
"""

from talosgen.scaffold.choices import Choices, Wanted
from talosgen.scaffold.create import Created, create

__all__ = ["Choices", "Created", "Wanted", "create"]
