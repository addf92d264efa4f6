"""The documentation: `make docs`. Nothing in it is fetched, when it is built or when it is read."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django

HERE = Path(__file__).resolve().parent
for folder in (HERE / "_ext", HERE.parent / "src", HERE.parent):
    sys.path.insert(0, str(folder))
# What is generated is read from the running code, in the smallest host there is.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings.minimal")
django.setup()

import wargame_mentorship  # noqa: E402 - after the set-up

project = "wargame_mentorship"
author = "wargame-mentorship contributors"
project_copyright = author
release = version = wargame_mentorship.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "wm_directives"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "explanation/performance-figures.md"]
nitpicky = False

myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

# Docstrings write names in single backticks.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = f"wargame_mentorship {release}"
html_static_path = ["_static"]
html_css_files = ["wm.css"]
html_copy_source = False
html_show_sphinx = False
