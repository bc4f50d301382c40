"""Settings of Sphinx for ``make docs``."""

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

project = "patching-constructs"
author = "the authors of patching-constructs"
release = installed_version(project)
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "docs_site.api",
    "docs_site.commands",
    "docs_site.console",
    "docs_site.offline",
    "docs_site.pictures",
]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
smartquotes = False

# In the docstrings, `name` is a name of the public API.
default_role = "py:obj"
autodoc_class_signature = "mixed"
autodoc_default_options = {"members": True, "member-order": "bysource", "exclude-members": "__new__"}
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80
add_module_names = False
toc_object_entries_show_parents = "hide"

# Only what follows the prompt of a command is copied.
copybutton_prompt_text = "$ "
copybutton_selector = "div.highlight pre, pre.terminal"

html_theme = "pydata_sphinx_theme"
html_title = "patching-constructs"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "header_links_before_dropdown": 6,
    "show_nav_level": 1,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_sidebars = {"index": [], "tutorial": [], "changelog": []}


def _list_decisions(_app: Sphinx, page: str, source: list[str]) -> None:
    """Add the decisions to the navigation; the list of docs/decisions/README.md is for readers of the repository."""
    if page == "decisions/README":
        source[0] += "\n```{toctree}\n:hidden:\n:glob:\n0*\n```\n"


def setup(app: Sphinx) -> None:
    """Connect what is only for this site."""
    app.connect("source-read", _list_decisions)
