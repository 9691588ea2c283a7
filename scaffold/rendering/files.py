"""The files of template/, each as a checkout has it: the team's in `.pfml-scaffold/template/`, else the packaged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path, PurePosixPath

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout

CHECKOUT_FOLDER = "{{cookiecutter.__checkout}}"
OWN_FOLDER = ".pfml-scaffold/template"
_QUESTIONS = "cookiecutter.json"
_COOKIECUTTERS = ("hooks", "templates")  # links for cookiecutter, see CONTRIBUTING.md


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """place: the path that errors name: in the checkout for a file of the team's, else on this machine."""

    text: str
    place: str


@cache
def template_folder() -> Path:
    """Where template/ is: inside an installed package, or beside the package in a clone."""
    package = Path(__file__).parents[1]
    packaged = package / "template"
    return packaged if packaged.is_dir() else package.parent / "template"


@cache
def template_names() -> tuple[str, ...]:
    """The files that a checkout can override, by their paths below template/."""
    files = (path.relative_to(template_folder()) for path in template_folder().rglob("*") if path.is_file())
    mine = (path for path in files if path.parts[0] not in _COOKIECUTTERS and "__pycache__" not in path.parts)
    return tuple(sorted(path.as_posix() for path in mine if path.as_posix() != _QUESTIONS))


def template_file(name: str, checkout: Checkout | None) -> TemplateFile | None:
    """The file of that path below template/, or of that name in its snippets, as the templates' includes have it.

    Without a checkout it is the packaged one; None where there is none. Raises Refusal where the team's cannot be read.
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
    """The team's file of that path below template/, None where it has none. Raises Refusal."""
    data = checkout.read(f"{OWN_FOLDER}/{name}")
    try:
        return data.decode("utf-8-sig") if data is not None else None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise Refusal(
            "it is not written in UTF-8", place=f"{OWN_FOLDER}/{name}:{line}", instead="Save it so."
        ) from error


def own_files_read(checkout: Checkout) -> list[str]:
    """The team's files that had a say so far, in the order in which they were asked for."""
    return [
        path for path, data in checkout.files_read.items() if path.startswith(f"{OWN_FOLDER}/") and data is not None
    ]


def check_own_folder(checkout: Checkout) -> None:
    """Raise Refusal for what is in the team's folder and overrides nothing: it would be left out in silence."""
    parent, _, folder = OWN_FOLDER.rpartition("/")
    for name in checkout.entries(parent):
        is_folder = checkout.is_folder(f"{parent}/{name}")
        if name == folder and not is_folder:
            raise Refusal("it is no folder", place=OWN_FOLDER, instead="Make it one, or remove it.")
        if name != folder and is_folder and get_close_matches(name.lower(), [folder]):
            instead = f"Rename it to {OWN_FOLDER}."
            raise Refusal("no such folder overrides a template", value=name, option=parent, instead=instead)
    for path in checkout.everything_below(OWN_FOLDER):
        _check_own(path.removeprefix(f"{OWN_FOLDER}/"), checkout)


def _check_own(name: str, checkout: Checkout) -> None:
    if PurePosixPath(name).name.startswith(".") or name.endswith("~"):
        return  # what editors and systems leave
    if name == _QUESTIONS:
        raise Refusal(
            "the questions are the options of `pfml-scaffold task`, and the same for every team",
            place=f"{OWN_FOLDER}/{name}",
            instead="Remove it.",
        )
    if name not in template_names():
        raise Refusal("it overrides nothing", option=OWN_FOLDER, value=name, instead=_nearest(name, template_names()))
    if not checkout.is_file(f"{OWN_FOLDER}/{name}"):
        what = "it is no file, but a link that leads nowhere or to a folder, or something else"
        raise Refusal(what, place=f"{OWN_FOLDER}/{name}", instead="Put the file itself there.")


def _nearest(name: str, known: Iterable[str]) -> str:
    names = list(known)
    same = [other for other in names if PurePosixPath(other).name == PurePosixPath(name).name]
    near = [*same, *get_close_matches(name, names, 1, 0.5)]
    return f"Did you mean {near[0]}?" if near else f"The files that can be overridden are: {', '.join(names)}."
