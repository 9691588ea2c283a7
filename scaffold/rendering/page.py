"""Pages for a browser: one file that needs no other, and that may load none."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

from scaffold.files.printable import printable_lines

_PAGES = Path(__file__).parent / "pages"


def page(name: str, values: Mapping[str, object]) -> str:
    """A page of `pages/` with its style and its script in it. All values are text in it, whatever they hold.

    Its Content-Security-Policy (W3C, level 3) allows just this style and this script, by their hashes.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    style, script = (_text(f"{name}.{kind}") for kind in ("css", "js"))
    allowed = f"style-src {_hash(style)}; script-src {_hash(script)}"
    policy = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
    environment = Environment(
        loader=FileSystemLoader(_PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # The style and the script are this package's own; in these elements HTML knows no escapes.
    own = {"style": Markup(style), "script": Markup(script), "policy": policy}
    return printable_lines(environment.get_template(f"{name}.html").render({**values, **own}))


def _text(name: str) -> str:
    return (_PAGES / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
