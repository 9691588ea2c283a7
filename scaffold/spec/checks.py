"""Checks of option values. Each raises a Refusal that suggests a valid value; none reads a file."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection

from scaffold import hcl
from scaffold.aws import fargate, names
from scaffold.aws.events import EVENTS, including_event
from scaffold.errors import Refusal

_ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_TERRAFORM_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)
SCRIPT_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{,198}[A-Za-z0-9])?", re.ASCII)
SCHEDULE_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?", re.ASCII)
# IAM: "Names … can contain alphanumeric characters and +=,.@_-"; the tool allows fewer.
ROLE_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", re.ASCII)
# Terraform: "The name of a variable can be any valid identifier except …": its meta-arguments.
_RESERVED = frozenset(("source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"))
# Names that the generated Python uses for something else.
_TAKEN = frozenset(
    ("List", "args", "argparse", "background_task", "boto3", "caplog", "db", "file_util", "logger", "logging", "os",
     "parse_args", "sys", "vars")
)  # fmt: skip
_OPTION = re.compile(r"--?[A-Za-z][\w.:-]*(=.*)?", re.ASCII | re.DOTALL)
_FILE_NAME_LENGTH = 200
DEFAULT_PACKAGE = "massgov.pfml.tasks"
_PATH = re.compile(r"[A-Za-z0-9_./-]+", re.ASCII)


def argument_values(words: tuple[str, ...]) -> dict[str, list[int]]:
    """The options in an argv, each with how many values it has at each occurrence; "" has the positional words.

    Raises Refusal for an option that argparse, which the entrypoint uses, would not accept.
    """
    options: dict[str, list[int]] = {}
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if not word.startswith("-") or _is_number(word):
            options.setdefault("", []).append(1)
            continue
        name, equals, _ = word.partition("=")
        if not _OPTION.fullmatch(word) or name in ("-h", "--help"):
            raise Refusal(
                "not a valid option for argparse, which the entrypoint uses",
                option="--schedule-arg",
                value=word,
                instead="Write options like --name or --name=value.",
            )
        values = int(bool(equals))
        while not equals and index < len(words) and (not words[index].startswith("-") or _is_number(words[index])):
            index, values = index + 1, values + 1
        options.setdefault(name, []).append(values)
    return options


def _is_number(word: str) -> bool:
    return re.fullmatch(r"-\d+(\.\d+)?", word, re.ASCII) is not None


def check_template(value: str, option: str, shown: str) -> None:
    """Raise Refusal for an interpolation that is invalid, or would be where the value is used."""
    try:
        for _, expression in hcl.split_template(value):
            if expression and ("\n" in expression or _has_comment(expression)):
                raise hcl.HclError("it has a line break or a comment", 1)
    except hcl.HclError as error:
        raise Refusal(
            f"the text in ${{…}} is not a Terraform expression on one line: {error}",
            option=option,
            value=shown,
            instead="Write $${ for a literal ${.",
        ) from error
    check_composed(value, option, shown)


def check_composed(value: str, option: str, shown: str) -> None:
    """Raise Refusal for text that Terraform would change: it composes all text to Unicode's form NFC."""
    if value.isascii():
        return
    from unicodedata import normalize

    composed = normalize("NFC", value)
    if composed != value:
        raise Refusal(
            "the text has letters and accents as separate characters, which Terraform composes (Unicode NFC), so it "
            "would not be used as it is typed",
            option=option,
            value=shown,
            instead=f"Use the composed text: {composed}",
        )


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
            "that name is reserved in Terraform", option="--toggle", value=name, instead=f"Write enable_{name}."
        )


def check_switches(enable_in: Collection[str], disable_in: Collection[str]) -> None:
    for name in enable_in:
        if name in disable_in:
            raise Refusal(
                "it is also in --disable-in", option="--enable-in", value=name, instead="Name it in one of them."
            )


def check_function(name: str) -> None:
    _identifier(name, "--function")
    if name in _TAKEN or name.startswith(("test_", "__")):
        raise Refusal(
            "the generated Python uses that name for something else",
            option="--function",
            value=name,
            instead=f"Write run_{name.strip('_')}, for example.",
        )


def check_environment_name(name: str, option: str) -> None:
    fitting = re.sub(r"\W", "_", name.upper(), flags=re.ASCII) or "NAME"
    check_name(
        _ENVIRONMENT_NAME,
        name,
        option,
        "an environment variable's name has only letters, digits and _, and no digit first",
        f"Write {fitting if not fitting[0].isdigit() else '_' + fitting}=…, for example.",
    )


def _terraform_name(name: str, option: str) -> None:
    check_name(
        _TERRAFORM_NAME,
        name,
        option,
        "a name in Terraform has only letters, digits, _ and -, and no digit first",
    )


def check_name(pattern: re.Pattern[str], value: str, option: str, rule: str, instead: str = "") -> None:
    if not pattern.fullmatch(value):
        fitting = re.sub(r"[^A-Za-z0-9]+", "-", value, flags=re.ASCII).strip("-") or "my-name"
        example = fitting.replace("-", "_") if pattern is _TERRAFORM_NAME else fitting
        if example[0].isdigit() and pattern is _TERRAFORM_NAME:
            example = f"_{example}"
        raise Refusal(rule, option=option, value=value or " ", instead=instead or f"Write {example}, for example.")


def check_module(module: str) -> None:
    for word in module.split("."):
        _identifier(word, "--module", module)
        if word.startswith("__"):
            raise Refusal(
                "names that start with two underscores are reserved in Python",
                option="--module",
                value=module,
                instead=f"Write {module.replace(word, word.strip('_') or 'main')}, for example.",
            )
        if len(word) > _FILE_NAME_LENGTH:
            raise Refusal(
                f"a part of it is longer than {_FILE_NAME_LENGTH} characters, too long for a file name",
                option="--module",
                value=module,
                instead="Use a shorter one.",
            )
    if "." not in module:
        raise Refusal(
            "a task's module must be in a package of the API",
            option="--module",
            value=module,
            instead=f"Write {DEFAULT_PACKAGE}.{module}, for example.",
        )


def _identifier(word: str, option: str, value: str = "") -> None:
    if not word.isascii() or not word.isidentifier() or keyword.iskeyword(word):
        problem = "a Python keyword" if keyword.iskeyword(word) else "not a valid Python identifier"
        fitting = re.sub(r"\W", "_", word, flags=re.ASCII).strip("_") or "main"
        if keyword.iskeyword(fitting) or fitting[0].isdigit():
            fitting = f"run_{fitting}"
        example = value.replace(word, fitting) if value and word else fitting
        if option == "--module" and (not re.fullmatch(r"\w+(\.\w+)+", example, re.ASCII) or "." not in value):
            example = f"{DEFAULT_PACKAGE}.{fitting}"
        raise Refusal(
            f"{word!r} is {problem}",
            option=option,
            value=value or word or " ",
            instead=f"Write {example}, for example.",
        )


def check_parameter_path(path: str, name: str) -> None:
    """Check the path of the SSM parameter that a secret is read from. name: the secret's."""
    plain = re.sub(r"\$\{[^}]*\}", "x", path)
    if not _PATH.fullmatch(plain) or not path.startswith("/"):
        raise Refusal(
            "the path of an SSM parameter begins with / and has only letters, digits and . _ - /",
            option="--secret",
            value=f"{name}={path}",
            instead=f"Write {name}=/service/${{local.app_name}}/common/{name.lower()}, for example.",
        )


def check_events(events: tuple[str, ...]) -> None:
    """Raise Refusal for an S3 event that does not exist, or that another one includes."""
    for index, event in enumerate(events):
        if event not in EVENTS:
            near = names.nearest(event, EVENTS) or "s3:ObjectCreated:*"
            raise Refusal("no such S3 event", option="--s3-event", value=event, instead=f"Did you mean {near}?")
        including = including_event(event, [*events[:index], *(wider for wider in events if wider != event)])
        if including:
            raise Refusal(
                f"{including} already includes it", option="--s3-event", value=event, instead="Name each event once."
            )


def check_size(cpu: int | None, memory: int | None, known: tuple[int, int]) -> None:
    """Raise Refusal if Fargate does not support a combination of CPU and memory, as far as both are known.

    known: what one that is None is, 0 if that is not known.
    """
    wanted_cpu, wanted_memory = cpu or known[0], memory or known[1]
    if (cpu is None and memory is None) or not (wanted_cpu and wanted_memory):
        return
    problem = fargate.size_problem(wanted_cpu, wanted_memory)
    if problem:
        option = "--cpu" if memory is None else "--memory" if cpu is None else "--cpu and --memory"
        value = f"{wanted_cpu} and {wanted_memory}" if cpu and memory else str(cpu or memory)
        raise Refusal(problem, option=option, value=value)
