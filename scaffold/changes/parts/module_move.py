"""How an entrypoint's module is renamed with its task, and why it stays if it does."""

from __future__ import annotations

from scaffold.changes.parts.paths import module_path
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.pfml.entrypoints import entrypoint, problem_of
from scaffold.python.module import Module
from scaffold.python.renames import Move, unclear
from scaffold.spec.naming import Naming


def module_move(naming: Naming, entry: str, checkout: Checkout) -> Move | None:
    """The new name of a module that is named after its task, None if it stays. Raises Refusal if that path is taken."""
    package, _, last = entry.partition(":")[0].rpartition(".")
    move = Move(f"{package}.{last}", f"{package}.{naming.new_slug}")
    if last != naming.old_slug or last == naming.new_slug or checkout.read(module_path(move.old)) is None:
        return None
    if unclear(checkout, move):
        return None
    for path in (module_path(move.new), module_path(move.new).removesuffix(".py")):
        if checkout.is_folder(path) or (path.endswith(".py") and checkout.read(path) is not None):
            raise naming.taken("the module's new path is taken", path)
    return move


def kept(naming: Naming, entry: str, checkout: Checkout, part: str) -> list[Edit]:
    """What of an entrypoint is not renamed, and why."""
    dotted, target = entry.partition(":")[0], entrypoint(entry, checkout)
    module, (path, _, line) = module_path(dotted), target.place.rpartition(":")
    if not path:
        return [checkout.keep(module, 0, part, problem_of(target, checkout))] if checkout.read(module) else []
    offset, edits = Module(checkout, path).offset(int(line)), []
    if target.decorator not in (naming.old, naming.old_slug):
        reason = f"its decorator has {target.decorator!r}" if target.decorator else "it has no @background_task"
        edits.append(checkout.keep(path, offset, part, reason))
    last = dotted.rpartition(".")[2]
    if last != naming.old_slug:
        edits.append(checkout.keep(path, offset, part, "its module is not named after the task"))
    elif last != naming.new_slug and checkout.read(module) is not None:
        witness = unclear(checkout, Move(dotted, f"{dotted}_"))
        if witness:
            edits.append(checkout.keep(path, offset, part, "uses of its module cannot be determined", witness))
    return edits
