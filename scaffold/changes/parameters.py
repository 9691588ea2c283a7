"""The commands that create the SSM parameters of a task's secrets, in each environment that needs them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from scaffold.aws.names import slug
from scaffold.files.checkout import Checkout
from scaffold.pfml.environments import values_in
from scaffold.rendering.literals import shell
from scaffold.spec.specs import Secret
from scaffold.terraform.folder import Folder

_FEW = 3
_STAND_IN = "$environment"
_PLAIN = re.compile(r"[A-Za-z0-9_./-]+", re.ASCII)


def put_parameters(secrets: Sequence[Secret], environments: Sequence[str], checkout: Checkout) -> list[str]:
    """A command for each parameter; one loop for a secret in many environments."""
    return [command for secret in secrets for command in _commands(secret, environments, checkout)]


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
