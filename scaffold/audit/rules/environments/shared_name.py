"""A name that several environments have in common, but that can exist only once in AWS."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.environments.names import SharedName, shared_names
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import environments_phrase
from scaffold.aws.unique_names import WORLD
from scaffold.files.edit import Place
from scaffold.pfml.environments import names_with_tasks
from scaffold.pfml.limits import KINDS

WHY = "The environments share an account, so the second one fails to deploy, or takes over the resource of the first."
HOW = "Make the environment's name a part of the name, as in `${local.app_name}-${var.environment_name}-reports`."


def check(facts: Facts) -> Iterator[Finding]:
    if facts.whole is None:
        return
    by_place: dict[Place, Finding] = {}
    for shared in shared_names(facts.whole):
        # A module call is reported once for all names that it makes.
        finding = _finding(facts, shared)
        by_place.setdefault((finding.path, finding.offset), finding)
    yield from by_place.values()


def _finding(facts: Facts, shared: SharedName) -> Finding:
    placed, attribute = shared.placed, shared.placed.block.attributes[shared.unique.attribute]
    kind = KINDS.get(placed.block.labels[0], placed.block.labels[0])
    everywhere = f" in all {len(names_with_tasks(facts.checkout))} environments"
    where = environments_phrase(facts, shared.environments) or everywhere
    of_call = shared.call and "var." in facts.template.text(placed.path, attribute.value)
    place = (shared.call.path, shared.call.block.start) if shared.call and of_call else (placed.path, attribute.start)
    return Finding(
        subject=shared.call.block.labels[0] if shared.call else placed.block.labels[1],
        message=(
            f"the name {shared.text} of the {kind} is the same{where}, but it can exist only once in "
            f"{shared.unique.scope}, so {_effect(shared)}"
        ),
        instead="Make the environment's name a part of it.",
        path=place[0],
        offset=place[1],
    )


def _effect(shared: SharedName) -> str:
    if shared.unique.scope == WORLD:
        return "they share it, or AWS rejects it in the second environment"
    return "each deploy takes it over" if shared.unique.replaced else "AWS rejects it in the second environment"
