"""`{generated} settings`, `commands` or `states`: what `generated.py` reads from the code."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from generated import PARTS
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Generated(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        # Its page is as old as the code, which Sphinx does not watch.
        self.env.note_reread()
        return self.parse_text_to_nodes(PARTS[self.arguments[0]](), allow_section_headings=True)


def hide_signature(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, signature: str, returns: str
) -> tuple[str, str] | None:
    """Show no `(*args, **kwargs)` behind a Protocol: nobody constructs one."""
    return ("", "") if getattr(obj, "_is_protocol", False) else None


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("autodoc-process-signature", hide_signature)
    app.add_directive("generated", Generated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
