"""The repository of a platform, made new: ``tree/`` holds its files, with few placeholders written ``@{name}``.

``choices`` is what a person decides, ``argocd`` knows the install manifests, ``create`` makes and writes the files.
"""

from talosgen.scaffold.choices import Choices
from talosgen.scaffold.create import Created, create

__all__ = ["Choices", "Created", "create"]
