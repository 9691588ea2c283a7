"""The files of template/ for a checkout: the team's own in `.pfml-scaffold/template/`, else the packaged ones."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout

CHECKOUT_FOLDER = "{{cookiecutter.__checkout}}"
OWN_FOLDER = ".pfml-scaffold/template"
_QUESTIONS = "cookiecutter.json"
_NOT_TEMPLATES = (_QUESTIONS, f"{CHECKOUT_FOLDER}/needs-the-hooks")
_COOKIECUTTERS = ("hooks", "templates")  # links for cookiecutter, see CONTRIBUTING.md


class TemplateFile(NamedTuple):
    """place: the path for error messages, relative to the checkout for a team's file, absolute for a packaged one."""

    text: str
    place: str


@cache
def template_folder() -> Path:
    """The folder template/: inside an installed package, next to the package in a clone."""
    package = Path(__file__).parents[1]
    packaged = package / "template"
    return packaged if packaged.is_dir() else package.parent / "template"


@cache
def template_names() -> tuple[str, ...]:
    """The files that a checkout can override, relative to template/."""
    files = (path.relative_to(template_folder()) for path in template_folder().rglob("*") if path.is_file())
    mine = (path for path in files if path.parts[0] not in _COOKIECUTTERS and "__pycache__" not in path.parts)
    return tuple(sorted(path.as_posix() for path in mine if path.as_posix() not in _NOT_TEMPLATES))


def template_file(name: str, checkout: Checkout | None) -> TemplateFile | None:
    """The file with this path below template/, or with this name in its snippets, as in Jinja includes.

    The packaged file if there is no checkout; None if there is no such file. Raises Refusal if the team's file is not
    readable.
    """
    for path in (name, f"snippets/{name}"):
        if path in template_names():
            own = own_text(path, checkout) if checkout else None
            if own is not None:
                return TemplateFile(own, f"{OWN_FOLDER}/{path}")
            packaged = template_folder() / path
            return TemplateFile(packaged.read_text(encoding="utf-8"), str(packaged))
    return None


def own_text(name: str, checkout: Checkout) -> str | None:
    """The team's file with this path below template/, None if there is none. Raises Refusal."""
    data = checkout.read(f"{OWN_FOLDER}/{name}")
    try:
        return data.decode("utf-8-sig") if data is not None else None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise Refusal("not valid UTF-8", place=f"{OWN_FOLDER}/{name}:{line}", instead="Save it as UTF-8.") from error


def own_files_read(checkout: Checkout) -> list[str]:
    """The team's files that have been used so far, in the order in which they were read."""
    return [
        path for path, data in checkout.files_read.items() if path.startswith(f"{OWN_FOLDER}/") and data is not None
    ]


def check_own_folder(checkout: Checkout) -> None:
    """Raise Refusal for anything in the team's folder that overrides nothing: it would be ignored silently."""
    from difflib import get_close_matches

    parent, _, folder = OWN_FOLDER.rpartition("/")
    for name in checkout.entries(parent):
        is_folder = checkout.is_folder(f"{parent}/{name}")
        if name == folder and not is_folder:
            raise Refusal("not a folder", place=OWN_FOLDER, instead="Replace it with a folder, or remove it.")
        if name != folder and is_folder and get_close_matches(name.lower(), [folder]):
            instead = f"Rename it to {OWN_FOLDER}."
            raise Refusal("this folder does not override templates", value=name, option=parent, instead=instead)
    for path in checkout.everything_below(OWN_FOLDER):
        _check_own(path.removeprefix(f"{OWN_FOLDER}/"), checkout)


def _check_own(name: str, checkout: Checkout) -> None:
    if PurePosixPath(name).name.startswith(".") or name.endswith("~"):
        return  # left by editors and operating systems
    if name == _QUESTIONS:
        raise Refusal(
            "the questions are the options of `pfml-scaffold task`, and the same for every team",
            place=f"{OWN_FOLDER}/{name}",
            instead="Remove it.",
        )
    if name not in template_names():
        raise Refusal("it overrides nothing", option=OWN_FOLDER, value=name, instead=_nearest(name, template_names()))
    if not checkout.is_file(f"{OWN_FOLDER}/{name}"):
        what = "not a file, nor a link to one"
        raise Refusal(what, place=f"{OWN_FOLDER}/{name}", instead="Replace it with the file itself.")


def _nearest(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    names = list(known)
    same = [path for path in names if PurePosixPath(path).name == PurePosixPath(name).name]
    near = [*same, *get_close_matches(name, names, 1, 0.5)]
    return f"Did you mean {near[0]}?" if near else f"These files can be overridden: {', '.join(names)}."
