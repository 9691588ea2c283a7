"""Errors in a team's own templates, with file and line; the packaged templates are covered by the tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scaffold import hcl
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.python.module import parse
from scaffold.rendering.files import OWN_FOLDER, own_files_read

_FIX = "Fix the template, or remove it to use the packaged one."
# What to put around a Terraform snippet that is not a body on its own.
_AROUND = {"snippets/task.tf": ("around = {", "}"), "snippets/alarm.tf": ("around = [", "]")}
_TAG = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})")
_MISSING = re.compile(r"^'(\w+)' is undefined|has no attribute '(\w+)'")
_MOST_NAMES = 40


def refusal(error: Exception, checkout: Checkout, context: Mapping[str, object]) -> Refusal | None:
    """An error of Jinja in one of the team's templates as a refusal; None if the error is elsewhere."""
    if isinstance(error, Refusal):
        return error
    place = _place(error, checkout)
    if not place:
        return None
    return Refusal(_what(error), place=place, instead=_instead(error, context))


def _place(error: Exception, checkout: Checkout) -> str:
    """`file:line` of the innermost team template that the error comes from, "" if there is none."""
    import traceback

    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        own = (error.filename or "").startswith(f"{OWN_FOLDER}/")
        return f"{error.filename}:{error.lineno}" if own else ""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(OWN_FOLDER)]
    if frames:
        return f"{frames[-1].filename}:{frames[-1].lineno}"
    # Errors of Python itself, such as too many nested blocks, have no line.
    return next(reversed(own_files_read(checkout)), "")


def _what(error: Exception) -> str:
    from jinja2.exceptions import SecurityError, TemplateNotFound, TemplateSyntaxError, UndefinedError

    from scaffold.rendering.sandbox import TooLargeError

    if isinstance(error, TemplateNotFound):
        return f"it includes {error.name!r}, which is not a template file"
    if isinstance(error, RecursionError):
        return "it includes itself, or is nested too deeply"
    if isinstance(error, TooLargeError):
        return str(error)
    if isinstance(error, MemoryError):
        return "it takes too much memory"
    if isinstance(error, SecurityError):
        return f"a template may not access Python internals: {error}"
    if isinstance(error, TemplateSyntaxError | UndefinedError):
        return str(error.message)
    return f"it cannot be rendered: {type(error).__name__}: {error}"


def _instead(error: Exception, context: Mapping[str, object]) -> str:
    from difflib import get_close_matches

    from jinja2 import UndefinedError

    missing = _MISSING.search(str(error)) if isinstance(error, UndefinedError) else None
    if missing is None:
        return _FIX
    questions = context.get("cookiecutter")
    names = questions if isinstance(questions, dict) else ()
    known = sorted([*context, *(f"cookiecutter.{name}" for name in names)])
    name = missing[1] or missing[2]
    near = get_close_matches(name, known, 1, 0.5) or get_close_matches(f"cookiecutter.{name}", known, 1, 0.6)
    return f"Did you mean {near[0]}?" if near else f"Available: {', '.join(known[:_MOST_NAMES])}."


# --- the rendered text


def check_rendered(name: str, text: str, checkout: Checkout | None) -> None:
    """Raise Refusal if a text rendered from the team's templates is not valid Python or Terraform."""
    own = [path for path in own_files_read(checkout) if path.endswith(name[-3:])] if checkout else []
    if checkout is None or not own or name.endswith(".mk"):
        return
    language = "Python" if name.endswith(".py") else "Terraform"
    try:
        if language == "Python":
            parse(text.encode(), name)
        else:
            before, behind = _AROUND.get(name, ("", ""))
            hcl.parse(f"{before}\n{text}\n{behind}\n".encode())
    except (Refusal, hcl.HclError, ValueError) as error:
        line = error.line - 1 if isinstance(error, hcl.HclError) else _line_of(error)
        lines = text.rstrip("\n").split("\n")
        written = lines[min(max(line, 1), len(lines)) - 1]
        what = error.what if isinstance(error, Refusal) else str(error)
        shown = f", at {written.strip()!r}" if written.strip() else ""
        raise Refusal(
            f"it does not render valid {language}{shown}: {what}",
            place=_written_at(name, written, own, checkout),
            instead=_FIX,
        ) from error


def _line_of(error: Exception) -> int:
    """The line number in the place of a refusal, 0 if there is none."""
    line = error.place.rpartition(":")[2] if isinstance(error, Refusal) else ""
    return int(line) if line.isdigit() else 0


def _written_at(name: str, line: str, own: list[str], checkout: Checkout) -> str:
    """The template and line that a rendered line comes from; without a line number if that is ambiguous."""
    main = f"{OWN_FOLDER}/{name}"
    paths = [main, *own] if main in own else own
    for path in paths:
        if not line.strip():
            break
        matches = [number for number, texts in _templates(path, checkout) if _can_render(texts, _bare(line))]
        if len(matches) == 1:
            return f"{path}:{matches[0]}"
    return paths[0]


def _templates(path: str, checkout: Checkout) -> Iterator[tuple[int, list[str]]]:
    """Each line of a template as the texts between its values, ignoring white space."""
    text = checkout.require(path).decode("utf-8-sig")
    for number, line in enumerate(text.splitlines(), 1):
        texts = [""]
        for piece in _TAG.split(line.strip()):
            if piece.startswith("{{"):
                texts.append("")
            elif piece[:2] not in ("{%", "{#"):
                texts[-1] += _bare(piece)
        if any(texts):
            yield number, texts


def _can_render(texts: list[str], line: str) -> bool:
    """Whether a line consists of these texts with anything between them."""
    first, last = texts[0], texts[-1] if len(texts) > 1 else ""
    position, end = len(first), len(line) - len(last)
    if len(texts) == 1 or position > end or not (line.startswith(first) and line.endswith(last)):
        return [line] == texts
    for text in texts[1:-1]:
        start = line.find(text, position, end)
        if start < 0:
            return False
        position = start + len(text)
    return True


def _bare(text: str) -> str:
    return "".join(text.split())
