"""The options of `check`: what they may be combined with, and what they choose."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from scaffold.audit.choice import Selection
    from scaffold.files.checkout import Checkout

SEVERITIES = ("error", "warning", "note")
DEFAULT_BASE = "*"  # the value of --since without a commit
NEVER = "never"

# What --write-baseline cannot be combined with, since the baseline is that of the whole checkout and of all rules.
_LIMITS = {
    "task": "TASK",
    "select": "--select",
    "ignore": "--ignore",
    "severity": "--severity",
    "since": "--since",
    "staged": "--staged",
}
_NOT_WITH_BASELINE = {"fix": "--fix", "no_baseline": "--no-baseline", "statistics": "--statistics"}


def check_combination(options: dict[str, Any]) -> None:
    """Raise Refusal for options that contradict each other or have no effect."""
    if options["write_baseline"]:
        _check_with_baseline(options)
    elif options["dry_run"] and not options["fix"]:
        _refuse("--dry-run", "it has no effect without --fix or --write-baseline", "Add --fix.")
    if options["staged"] and options["fix"]:
        _refuse("--fix", "it cannot fix what is staged", "Remove --staged, and stage the changes.")
    if options["statistics"] and options["format"] not in ("text", "json"):
        _refuse("--statistics", f"there are none in the format {options['format']}", "Use --format text or json.")
    _check_severities(options)


def _check_with_baseline(options: dict[str, Any]) -> None:
    for name, option in _LIMITS.items():
        if options[name] not in (None, False, (), SEVERITIES[-1]):
            what = f"the baseline is that of the whole checkout and of all rules, so {option} cannot limit it"
            _refuse("--write-baseline", what, f"Omit {option}.")
    for name, option in _NOT_WITH_BASELINE.items():
        if options[name]:
            _refuse("--write-baseline", f"it cannot be combined with {option}", f"Omit {option}.")
    if options["format"] != "text":
        _refuse("--write-baseline", f"it has no output in the format {options['format']}", "Omit --format.")


def _check_severities(options: dict[str, Any]) -> None:
    if options["strict"] and options["fail_on"]:
        _refuse("--strict", "it is the same as --fail-on warning", "Omit --strict.")
    lowest, fails_on = options["severity"], fail_on(options)
    if fails_on != NEVER and SEVERITIES.index(fails_on) > SEVERITIES.index(lowest):
        what = f"the check would fail because of findings that --severity {lowest} does not show"
        _refuse("--strict" if options["strict"] else "--fail-on", what, f"Use --severity {fails_on}.")


def _refuse(option: str, what: str, instead: str) -> NoReturn:
    from scaffold.errors import Refusal

    raise Refusal(what, option=option, instead=instead)


def fail_on(options: dict[str, Any]) -> str:
    """The lowest severity with which the check fails, or NEVER."""
    return options["fail_on"] or ("warning" if options["strict"] else "error")


def _fixing(options: dict[str, Any]) -> str:
    """The command that fixes what these options show; "" if there is none."""
    if options["staged"]:
        return ""
    words = ["pfml-scaffold", "check", *options["task"], "--fix", *_repo(options)]
    words += [word for option in ("select", "ignore") for name in options[option] for word in (f"--{option}", name)]
    words += ["--severity", options["severity"]] if options["severity"] != SEVERITIES[-1] else []
    words += ["--no-baseline"] if options["no_baseline"] else []
    since = options["since"]
    base = "" if since is None else " --since" if since == DEFAULT_BASE else f" --since={shlex.quote(since)}"
    return f"{shlex.join(words)}{base}"


def _adopting(options: dict[str, Any]) -> str:
    return shlex.join(["pfml-scaffold", "check", "--write-baseline", *_repo(options)])


def _repo(options: dict[str, Any]) -> list[str]:
    return ["--repo", str(options["repo"])] if options["repo"] else []


def choice_of(checkout: Checkout, options: dict[str, Any]) -> Selection:
    """What the options choose, over the settings of the checkout. Raises Refusal."""
    from scaffold.audit import baseline
    from scaffold.audit.choice import chosen
    from scaffold.audit.finding import Severity
    from scaffold.audit.settings import check_settings

    choice = chosen(check_settings(checkout), options["select"], options["ignore"])
    choice = choice._replace(tasks=options["task"], lowest=Severity(options["severity"]), fixing=_fixing(options))
    choice = choice._replace(adopting="" if checkout.read(baseline.FILE) is not None else _adopting(options))
    if options["no_baseline"] or options["write_baseline"]:
        return choice
    known = baseline.known(checkout)
    if known is None:
        return choice
    ran = frozenset(rule.name for rule in choice.rules)
    return choice._replace(comparisons=(baseline.stage(known, ran, complete=options["since"] is None),))
