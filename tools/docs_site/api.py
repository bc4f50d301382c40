"""The reference of the public API: autodoc, a table of the names, and a check that no name is missing."""

import inspect
from datetime import timedelta
from typing import Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.inspect import stringify_signature
from sphinx.util.logging import getLogger

import patching_constructs
from patching_constructs import RateControl

_LOG: Final = getLogger(__name__)
_HOUR: Final = timedelta(hours=1)
_NAMES: Final = sorted(patching_constructs._MODULES, key=str.lower)  # noqa: SLF001 - __all__ has no names of extras


class PublicNames(SphinxDirective):
    """A table of the public names, each with the first sentence of its documentation."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        rows = [f"| {{py:class}}`~patching_constructs.{name}` | {_summary(name)} |" for name in _NAMES]
        return self.parse_text_to_nodes("\n".join(["| name | what it is |", "|---|---|", *rows]))


def _summary(name: str) -> str:
    documentation = inspect.getdoc(getattr(patching_constructs, name)) or ""
    return " ".join(documentation.partition("\n\n")[0].split()).replace("``", "`").replace("|", "\\|")


class _Written:
    """A default as it is written in code."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _written(default: object) -> object:
    match default:
        case timedelta() if default and not default % _HOUR:
            return _Written(f"timedelta(hours={default // _HOUR})")
        case timedelta():
            return _Written(f"timedelta(days={default.days})")
        case RateControl(number, "%"):
            return _Written(f"RateControl.percentage({number})")
        case _:
            return default


def _signature(_app: Sphinx, what: str, _name: str, obj: object, *_: object) -> tuple[str, str] | None:
    """Return the signature of a construct, which autodoc reads as that of jsii's metaclass: ``(*args, **kwargs)``."""
    if what != "class" or not isinstance(obj, type) or "__init__" not in vars(obj):
        return None
    _, *parameters = inspect.signature(vars(obj)["__init__"]).parameters.values()
    written = [each.replace(default=_written(each.default)) for each in parameters]
    text = stringify_signature(inspect.Signature(written), unqualified_typehints=True)
    # The protocol of aws_cdk.Duration, in a module that does not import the CDK.
    return text.replace("CdkDuration", "Duration"), ""


def _use_dashes(_app: Sphinx, tree: nodes.document) -> None:
    """Write a dash between a parameter and its description; the typographic quotes of Sphinx would change options."""
    for text in list(tree.findall(nodes.Text)):
        if text == " -- ":
            text.parent.replace(text, nodes.Text(" \N{EN DASH} "))


def _check_names(_app: Sphinx, env: BuildEnvironment) -> None:
    documented = {name for name, *_ in env.get_domain("py").get_objects()}
    for name in _NAMES:
        if f"patching_constructs.{name}" not in documented:
            _LOG.warning("%s is public and in no page: add an autoclass to a page of docs/reference", name)


def setup(app: Sphinx) -> dict[str, bool]:
    """Correct what autodoc writes, and check the names at the end."""
    app.add_directive("public-names", PublicNames)
    app.connect("autodoc-process-signature", _signature)
    app.connect("doctree-read", _use_dashes)
    app.connect("env-check-consistency", _check_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
