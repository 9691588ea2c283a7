"""Where an entrypoint's module goes with the task's new name, and why it stays where it does."""

from __future__ import annotations

from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.pfml.entrypoints import entrypoint
from scaffold.python.module import Module
from scaffold.python.renames import Move, unclear
from scaffold.spec.naming import Naming


def module_move(naming: Naming, entry: str, checkout: Checkout) -> Move | None:
    """Where the module goes that has the task's name; None where it stays. Raises Refusal where something is there."""
    package, _, last = entry.partition(":")[0].rpartition(".")
    move = Move(f"{package}.{last}", f"{package}.{naming.new_slug}")
    if last != naming.old_slug or last == naming.new_slug or checkout.read(path_of(move.old)) is None:
        return None
    if unclear(checkout, move):
        return None
    for path in (path_of(move.new), path_of(move.new).removesuffix(".py")):
        if checkout.is_folder(path) or (path.endswith(".py") and checkout.read(path) is not None):
            raise naming.taken("the module's new path is taken", path)
    return move


def path_of(dotted: str) -> str:
    return f"api/{dotted.replace('.', '/')}.py"


def kept(naming: Naming, entry: str, checkout: Checkout, part: str) -> list[Edit]:
    """What stays as it is, and why."""
    dotted, found = entry.partition(":")[0], entrypoint(entry, checkout)
    path, _, line = found.place.rpartition(":")
    if not path:
        return [checkout.keep(path_of(dotted), 0, part, found.problem)] if checkout.read(path_of(dotted)) else []
    offset, stays = Module(checkout, path).offset(int(line)), []
    if found.decorator not in (naming.old, naming.old_slug):
        what = f"its decorator says {found.decorator!r}" if found.decorator else "it has no @background_task"
        stays.append(checkout.keep(path, offset, part, what))
    last = dotted.rpartition(".")[2]
    if last != naming.old_slug:
        stays.append(checkout.keep(path, offset, part, "its module is not named after the task"))
    elif last != naming.new_slug and checkout.read(path_of(dotted)) is not None:
        witness = unclear(checkout, Move(dotted, f"{dotted}_"))
        if witness:
            stays.append(checkout.keep(path, offset, part, "who uses its module cannot be told", witness))
    return stays
