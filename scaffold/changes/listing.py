"""What the stub of a triggered task lists: the Lambda of a trigger passes no key, so the stub lists what is below
S3_PATH, an environment variable that the task gets in tasks.tf.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from scaffold.changes.parts.api.generated import origins_of, writing
from scaffold.changes.parts.infra.s3_policy import triggering_objects
from scaffold.changes.parts.infra.task import entries
from scaffold.changes.parts.paths import module_path
from scaffold.changes.rights import address
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.pfml.buckets import bucket_reference
from scaffold.pfml.entrypoints import entrypoint
from scaffold.pfml.scripts import script_reference
from scaffold.pfml.tasks import find_task, takes_environment
from scaffold.python.lookup import Binding, Lookup
from scaffold.python.module import Module
from scaffold.rendering.files import own_text
from scaffold.spec.s3_filters import key_text
from scaffold.spec.specs import FOLDER, PREFIX, S3_PATH, Subject, TaskSpec, TriggerSpec, Variable
from scaffold.terraform.folder import Folder

_FILES = "massgov.pfml.util.files"
_HELPERS = {FOLDER: ("list_files", "recursive"), PREFIX: ("split_s3_url", "path")}
_TEMPLATE = "snippets/function.py"
_FIXTURE = b"def mock_s3_bucket("


def with_listing(spec: TaskSpec, checkout: Checkout) -> TaskSpec:
    """The spec with what the stub of a triggered task lists, and with the variable for it, unless something else sets
    that. Raises Refusal for a bucket that the checkout does not have."""
    if spec.trigger is None:
        return spec
    folder, given = Folder.of(checkout), _given(spec, checkout)
    value = s3_path(spec.trigger, folder)
    way = FOLDER if given.get(S3_PATH, value).endswith("/") else PREFIX
    listing = "" if why_not(spec, way, checkout) else way
    if S3_PATH in given or not (listing or _reads(spec, checkout)):
        return replace(spec, listing=listing)
    return replace(spec, listing=listing, variables=(*spec.variables, Variable(S3_PATH, value)))


def s3_path(trigger: TriggerSpec, folder: Folder) -> str:
    """What the trigger waits for, as the text of a Terraform string."""
    return f"s3://${{{bucket_reference(folder, trigger.bucket)}.id}}/{key_text(trigger.prefix)}"


def why_not(spec: TaskSpec, way: str, checkout: Checkout) -> str:
    """Why the stub does not list anything, "" if it does."""
    helper, parameter = _HELPERS[way]
    if not takes_environment(Folder.of(checkout)):
        return "tasks of this checkout get no variables from tasks.tf"
    if not _has(helper, parameter, checkout):
        return f"this checkout has no {_FILES}.{helper} with a parameter {parameter}"
    if _FIXTURE not in (checkout.read("api/tests/conftest.py") or b""):
        return "api/tests/conftest.py has no fixture mock_s3_bucket to test that"
    own = own_text(_TEMPLATE, checkout)
    if own is not None and "__s3_path" not in own:
        return f"the template {_TEMPLATE} of this checkout has no __s3_path"
    return "" if _is_stub(spec, checkout) else "its program was edited or written by hand"


def _given(spec: TaskSpec, checkout: Checkout) -> Mapping[str, str]:
    """The variables that the task has or gets, with their values as far as they are known."""
    folder = Folder.of(checkout)
    shared = entries(spec, folder, find_task(folder, spec.name)) if takes_environment(folder) else []
    given = {entry.name: entry.inner if not entry.secret else "" for _, entry in shared}
    return given | {secret.name: "" for secret in spec.secrets} | {own.name: own.value for own in spec.variables}


def _has(helper: str, parameter: str, checkout: Checkout) -> bool:
    try:
        answer = checkout.once(Lookup).find(_FILES, helper)
    except Refusal:
        return False
    function = answer.node if isinstance(answer, Binding) else None
    return isinstance(function, ast.FunctionDef) and parameter in [known.arg for known in function.args.args]


def _is_stub(spec: TaskSpec, checkout: Checkout) -> bool:
    """Whether the entrypoint is new, or is as the tool wrote it."""
    module = _module(spec, checkout)
    if module is None or module.function(spec.function) is None:
        return True
    return writing(module, origins_of(module, spec.module, spec.function)) is not None


def _reads(spec: TaskSpec, checkout: Checkout) -> bool:
    """Whether an entrypoint that was edited reads the variable."""
    module = _module(spec, checkout)
    return module is not None and f'"{S3_PATH}"'.encode() in module.data


def _module(spec: TaskSpec, checkout: Checkout) -> Module | None:
    path = module_path(spec.module)
    return Module(checkout, path) if checkout.read(path) is not None else None


def notes(spec: Subject, checkout: Checkout) -> list[str]:
    """What the program of a triggered task has to do itself; nothing if it lists the prefix already."""
    trigger = spec.trigger
    if trigger is None or S3_PATH in _code(spec, checkout) or (isinstance(spec, TaskSpec) and spec.listing):
        return []
    folder = Folder.of(checkout)
    path = address(folder, triggering_objects(folder, trigger))
    why = f", since {why_not(spec, FOLDER, checkout)}" if isinstance(spec, TaskSpec) else ""
    return [f"The trigger passes no key, so the program of {spec.name} has to list {path} itself{why}"]


def _code(spec: Subject, checkout: Checkout) -> str:
    """The source of the module that the task's script runs."""
    entry = script_reference(spec.command, checkout)
    path = entrypoint(entry, checkout).place.rpartition(":")[0] if entry else ""
    return (checkout.read(path) or b"").decode(errors="replace") if path else ""
