"""The commands that create the SSM parameters of a task's secrets, in each environment that needs them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from scaffold.aws.names import slug
from scaffold.files.checkout import Checkout
from scaffold.pfml.all_starts import starts_of
from scaffold.pfml.enabled import where_enabled
from scaffold.pfml.environments import values_in
from scaffold.pfml.groups import given_to
from scaffold.pfml.tasks import Task
from scaffold.rendering.literals import shell
from scaffold.spec.specs import Secret
from scaffold.terraform.folder import Folder

_FEW = 3
_STAND_IN = "$environment"
_PLAIN = re.compile(r"[A-Za-z0-9_./-]+", re.ASCII)
_PATH = re.compile(r'"/(?:[A-Za-z0-9_./-]|\$\{[^}"]*\})+"', re.ASCII)


def put_parameters(secrets: Sequence[Secret], environments: Sequence[str], checkout: Checkout) -> list[str]:
    """A command for each parameter; one loop for a secret in many environments."""
    return [command for secret in secrets for command in _commands(secret, environments, checkout)]


def put_own_parameters(
    task: Task, enabled: Collection[str], checkout: Checkout, but: Collection[str] = ()
) -> list[str]:
    """The same for the secrets that a task has already, in the environments in which nothing started it so far.

    enabled: where something starts it from now on. but: the secrets that are left out.
    """
    secrets = [secret for secret in own_secrets(task, checkout) if secret.name not in but]
    return put_parameters(secrets, newly_on(task, enabled, checkout), checkout) if secrets else []


def own_secrets(task: Task, checkout: Checkout) -> list[Secret]:
    """The secrets of a task's entry with an SSM path; those of groups belong to other tasks, too, which have them."""
    secrets = [given.entry for given in given_to(Folder.of(checkout), task) if given.entry.secret and not given.groups]
    return [Secret(secret.name, secret.inner) for secret in secrets if _PATH.fullmatch(secret.value)]


def newly_on(task: Task, enabled: Collection[str], checkout: Checkout) -> list[str]:
    """Those of some environments in which nothing starts a task so far."""
    states = [where_enabled(start) for start in starts_of(checkout, task.key)] if enabled else []
    return [name for name in enabled if not any(name in (*state.on, *state.undecided) for state in states)]


def _commands(secret: Secret, environments: Sequence[str], checkout: Checkout) -> Iterator[str]:
    paths = {name: _path(secret, values_in(name, checkout).variables, checkout) for name in environments}
    first = {path: name for name, path in reversed(paths.items())}
    pattern = _path(secret, {"environment_name": _STAND_IN}, checkout)
    alike = all(pattern.replace(_STAND_IN, name) == path for name, path in paths.items())
    if len(first) > _FEW and alike and _PLAIN.fullmatch(pattern.replace(_STAND_IN, "")):
        yield _loop(secret, environments, pattern)
        return
    for path, name in reversed(first.items()):
        variable = secret.name if len(first) == 1 else f"{secret.name}_{slug(name).upper()}"
        yield _command(shell(path), f"${{{variable}:?}}")


def _loop(secret: Secret, environments: Sequence[str], pattern: str) -> str:
    """A loop that asks for each value: they differ, and do not belong in the history of a shell."""
    ask = f"printf '{secret.name} in %s: ' \"$environment\"; read -rs value; echo"
    command = _command(f'"{pattern}"', "$value")
    return f"for environment in {shell(*environments)}; do\n  {ask}\n  {command}\ndone"


def _command(path: str, value: str) -> str:
    return f'aws ssm put-parameter --type SecureString --name {path} --value "{value}"'


def _path(secret: Secret, variables: Mapping[str, str], checkout: Checkout) -> str:
    """The path in an environment; what is only known at deployment stays `${…}`."""
    return Folder.of(checkout).expand_text(secret.path, variables)
