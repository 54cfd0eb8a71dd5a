"""The JavaScript and CSS of the components: files beside their Python, which the browser gets as one text each.

A script may import names from another (``import { put } from "./elements.js"``), a style another style
(``@import "./bars.css";``): the imported file's text stands before the importing one's, once.
"""

import functools
import re
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

PAGES = Path(__file__).resolve().parent.parent
_IMPORT = re.compile(r'^(?:import \{[^}]*\} from|@import) "([^"]+)";?\n+', re.MULTILINE)
_NAMED_EXPORT = re.compile(r"^export (?!default\b)", re.MULTILINE)


def component(module: str, *, whole_page: bool = False) -> ComponentRenderer:
    """The component whose ``.js`` and ``.css`` stand beside ``module``, its Python's ``__file__``.

    Args:
        whole_page: its styles hold for the page around it too. It may have no script.
    """
    source = Path(module).resolve().relative_to(PAGES).with_suffix("")
    script = PAGES / source.with_suffix(".js")
    # Registered at every call: the registry belongs to the running server; registering again is free.
    return st.components.v2.component(
        f"headline_lab_{'_'.join(source.parts)}",
        css=joined(PAGES / source.with_suffix(".css")),
        js=joined(script) if script.is_file() else None,
        isolate_styles=not whole_page,
    )


@functools.cache
def joined(file: Path) -> str:
    """The text of a script or style with all that it imports before it; names stay unique among the joined files."""
    return "\n".join(_texts(file, set()))


def _texts(file: Path, included: set[Path]) -> list[str]:
    included.add(file)
    text = file.read_text(encoding="utf-8")
    texts = []
    for name in _IMPORT.findall(text):
        imported = (file.parent / name).resolve()
        if imported not in included:
            texts += _texts(imported, included)
    return [*texts, _NAMED_EXPORT.sub("", _IMPORT.sub("", text))]
