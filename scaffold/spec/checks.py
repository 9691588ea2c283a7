"""What an option may be: each check raises the Refusal that says what would do. They know no files."""

from __future__ import annotations

import keyword
import re

from scaffold import hcl
from scaffold.aws import names
from scaffold.aws.events import EVENTS
from scaffold.errors import Refusal

_ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_TERRAFORM_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)
SCRIPT_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{,198}[A-Za-z0-9])?", re.ASCII)
SCHEDULE_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?", re.ASCII)
# IAM: "Names … can contain alphanumeric characters and +=,.@_-"; the tool keeps to what its own names have.
ROLE_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", re.ASCII)
_KEY_LENGTH = 1024
# Terraform: "The name of a variable can be any valid identifier except …", which are its meta-arguments.
_RESERVED = frozenset(("source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"))
# The names that the generated Python has for something else.
_TAKEN = frozenset(
    ("args", "argparse", "background_task", "db", "logger", "logging", "mock", "monkeypatch", "parse_args", "vars")
)
_OPTION = re.compile(r"--?[A-Za-z][\w.:-]*(=.*)?", re.ASCII | re.DOTALL)
_FILE_NAME_LENGTH = 200
_PATH = re.compile(r"[A-Za-z0-9_./-]+", re.ASCII)


def argument_values(words: tuple[str, ...]) -> dict[str, list[int]]:
    """The options in an argv, each with the number of its values wherever it stands; "" for words of no option.

    Raises Refusal for a word that argparse, by which the entrypoint reads them, could not take.
    """
    found: dict[str, list[int]] = {}
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if not word.startswith("-") or _is_number(word):
            found.setdefault("", []).append(1)
            continue
        name, equals, _ = word.partition("=")
        if not _OPTION.fullmatch(word) or name in ("-h", "--help"):
            raise Refusal(
                "argparse, by which the entrypoint reads its arguments, has no such option",
                option="--schedule-arg",
                value=word,
                instead="Write options like --name or --name=value.",
            )
        values = int(bool(equals))
        while not equals and index < len(words) and (not words[index].startswith("-") or _is_number(words[index])):
            index, values = index + 1, values + 1
        found.setdefault(name, []).append(values)
    return found


def _is_number(word: str) -> bool:
    return re.fullmatch(r"-\d+(\.\d+)?", word, re.ASCII) is not None


def check_template(value: str, option: str, shown: str) -> None:
    """Raise Refusal where an interpolation in a value is none, or would not stay one in the places where it goes."""
    try:
        for _, expression in hcl.split_template(value):
            if expression and ("\n" in expression or _has_comment(expression)):
                raise hcl.HclError("it has a line break or a comment", 1)
    except hcl.HclError as error:
        raise Refusal(
            f"what stands in ${{…}} is no expression of Terraform on one line: {error}",
            option=option,
            value=shown,
            instead="Write $${ for a literal ${.",
        ) from error


def _has_comment(expression: str) -> bool:
    data, position = expression.encode(), 0
    for _, start, end in hcl.tokens(data, 0, len(data)):
        if data[position:start].strip():
            return True
        position = end
    return bool(data[position:].strip())


def check_toggle(name: str) -> None:
    if name:
        _terraform_name(name, "--toggle")
    if name in _RESERVED:
        raise Refusal(
            "Terraform keeps that name for itself", option="--toggle", value=name, instead=f"Write enable_{name}."
        )


def check_function(name: str) -> None:
    _identifier(name, "--function")
    if name in _TAKEN or name.startswith(("test_", "__")):
        raise Refusal(
            "the generated Python has that name for something else",
            option="--function",
            value=name,
            instead=f"Write for example run_{name.strip('_')}.",
        )


def check_environment_name(name: str, option: str) -> None:
    fitting = re.sub(r"\W", "_", name.upper(), flags=re.ASCII) or "NAME"
    check_name(
        _ENVIRONMENT_NAME,
        name,
        option,
        "an environment variable's name has letters, digits and _, and no digit first",
        f"Write for example {fitting if not fitting[0].isdigit() else '_' + fitting}=… .",
    )


def _terraform_name(name: str, option: str) -> None:
    check_name(_TERRAFORM_NAME, name, option, "a name in Terraform has letters, digits, _ and -, and no digit first")


def check_name(pattern: re.Pattern[str], value: str, option: str, rule: str, instead: str = "") -> None:
    if not pattern.fullmatch(value):
        fitting = re.sub(r"[^A-Za-z0-9]+", "-", value, flags=re.ASCII).strip("-") or "my-name"
        example = fitting.replace("-", "_") if pattern is _TERRAFORM_NAME else fitting
        if example[0].isdigit() and pattern is _TERRAFORM_NAME:
            example = f"_{example}"
        raise Refusal(rule, option=option, value=value or " ", instead=instead or f"Write for example {example}.")


def check_module(module: str) -> None:
    for word in module.split("."):
        _identifier(word, "--module", module)
        if word.startswith("__"):
            raise Refusal(
                "names with two underscores are Python's own",
                option="--module",
                value=module,
                instead=f"Write for example {module.replace(word, word.strip('_') or 'main')}.",
            )
        if len(word) > _FILE_NAME_LENGTH:
            raise Refusal(
                f"a part of it is longer than {_FILE_NAME_LENGTH} letters, and a file could not be named so",
                option="--module",
                value=module,
                instead="Use a shorter one.",
            )
    if "." not in module:
        raise Refusal(
            "a task's module stands in a package of the API",
            option="--module",
            value=module,
            instead=f"Write for example massgov.pfml.tasks.{module}.",
        )


def _identifier(word: str, option: str, value: str = "") -> None:
    if not word.isascii() or not word.isidentifier() or keyword.iskeyword(word):
        problem = "a keyword of Python" if keyword.iskeyword(word) else "no identifier of Python"
        fitting = re.sub(r"\W", "_", word, flags=re.ASCII).strip("_") or "main"
        if keyword.iskeyword(fitting) or fitting[0].isdigit():
            fitting = f"run_{fitting}"
        example = value.replace(word, fitting) if value and word else fitting
        if option == "--module" and (not re.fullmatch(r"\w+(\.\w+)+", example, re.ASCII) or "." not in value):
            example = f"massgov.pfml.tasks.{fitting}"
        raise Refusal(
            f"{word!r} is {problem}",
            option=option,
            value=value or word or " ",
            instead=f"Write for example {example}.",
        )


def check_parameter_path(path: str, name: str) -> None:
    """The path of an SSM parameter, which a secret named `name` comes from."""
    plain = re.sub(r"\$\{[^}]*\}", "x", path)
    if not _PATH.fullmatch(plain) or not path.startswith("/"):
        raise Refusal(
            "the path of an SSM parameter begins with / and has letters, digits and . _ - / alone",
            option="--secret",
            value=f"{name}={path}",
            instead=f"Write for example {name}=/service/${{local.app_name}}/common/{name.lower()}.",
        )


def check_key(text: str, option: str) -> None:
    """A part of a key of S3 (Amazon S3 User Guide, "Naming Amazon S3 objects")."""
    if len(text.encode()) > _KEY_LENGTH:
        raise Refusal(
            f"a key of S3 has at most {_KEY_LENGTH} bytes", option=option, value=text, instead="Use a shorter one."
        )


def check_event(event: str) -> None:
    if event not in EVENTS:
        near = names.nearest(event, EVENTS) or "s3:ObjectCreated:*"
        raise Refusal("S3 has no such event", option="--s3-event", value=event, instead=f"Did you mean {near}?")
