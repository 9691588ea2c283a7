"""`pfml-scaffold check`: audit the tasks of a checkout."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from scaffold.cli import completion
from scaffold.cli.check_options import DEFAULT_BASE, NEVER, SEVERITIES, check_combination, choice_of, fail_on
from scaffold.cli.commands import shared
from scaffold.cli.console import SEVERITY_COLOURS, guarded, json_text, remark, show, shown_plan, terminal_width
from scaffold.cli.write import open_checkout, write

if TYPE_CHECKING:
    from pathlib import Path

    from scaffold.audit.audit import Audit
    from scaffold.audit.choice import Selection
    from scaffold.audit.settings import CheckSettings
    from scaffold.files.checkout import Checkout
    from scaffold.files.git.repository import Repository


_FORMATS = ("text", "json", "github", "sarif")
rule_option = partial(click.option, metavar="RULE", shell_complete=completion.rules)


@click.command()
@click.argument("task", nargs=-1, shell_complete=completion.tasks)
@shared.repo
@click.option("--format", "format", type=click.Choice(_FORMATS), default="text", show_default=True)
@rule_option("--select", multiple=True, help="Run only this rule, or this group of rules. Repeatable.")
@rule_option("--ignore", multiple=True, help="Skip this rule, or this group of rules. Repeatable.")
@click.option(
    "--severity", type=click.Choice(SEVERITIES), default="note", show_default=True, help="The lowest severity shown."
)
@click.option(
    "--fail-on", type=click.Choice([*SEVERITIES, NEVER]), help="The lowest severity that fails. [default: error]"
)
@click.option("--strict", is_flag=True, help="Fail on warnings, too: the same as --fail-on warning.")
@click.option("--statistics", is_flag=True, help="Show how many findings each rule has, instead of the findings.")
@click.option(
    "--since",
    is_flag=False,
    flag_value=DEFAULT_BASE,
    default=None,
    metavar="[REF]",
    help="Report only what is new since this commit. [default: the merge base with origin/main]",
)
@click.option("--staged", is_flag=True, help="Check what is staged in git instead of the files on disk.")
@click.option("--fix", is_flag=True, help="Fix findings that have only one right answer.")
@click.option("--write-baseline", is_flag=True, help="Write the findings to .pfml-scaffold/baseline.json and exit.")
@click.option("--no-baseline", is_flag=True, help="Show what is in the baseline, too.")
@click.option("--dry-run", is_flag=True, help="With --fix or --write-baseline: show the changes without writing them.")
@click.option("--timings", is_flag=True, hidden=True)
@click.option("--list-rules", is_flag=True, help="List the rules and exit.")
@rule_option("--explain", default="", help="Explain a rule and exit.")
def check(**options: Any) -> None:
    """Audit all tasks of a checkout, or some of them.

    Finds what would fail or silently do nothing at deploy or at run time, across Python, TOML and Terraform. The exit
    status is 0 if there are no errors, 1 if there are (--fail-on sets another severity), and 2 if the checkout cannot
    be read. Which rules run, their severity and what a team accepts is set in .pfml-scaffold/config.toml.
    """
    guarded(_check, options, status=2)


def _check(options: dict[str, Any]) -> None:
    if options["explain"] or options["list_rules"]:
        _show_rules(options)
        return
    check_combination(options)
    writes = (options["fix"] or options["write_baseline"]) and not options["dry_run"]
    on_disk = open_checkout(options["repo"], changes=writes)
    with ExitStack() as stack:
        repository = _repository(on_disk, options, stack)
        checkout = repository.checkout() if repository and options["staged"] else on_disk
        choice = choice_of(checkout, options)
        _hint_at_old_file(choice.settings)
        checkout, choice = _since(checkout, choice, repository, options)
        _run(checkout, choice, options)


def _repository(checkout: Checkout, options: dict[str, Any], stack: ExitStack) -> Repository | None:
    """The git repository of the checkout, if the options need it."""
    if options["since"] is None and not options["staged"]:
        return None
    from scaffold.files.git.repository import Repository

    return stack.enter_context(Repository(checkout.root, "--staged" if options["since"] is None else "--since"))


def _since(
    checkout: Checkout, choice: Selection, repository: Repository | None, options: dict[str, Any]
) -> tuple[Checkout, Selection]:
    """What to check, and how: only what is new if the options say so."""
    if repository is None or options["since"] is None:
        return checkout, choice
    from scaffold.audit.since import only_since

    revision = repository.base() if options["since"] == DEFAULT_BASE else repository.revision(options["since"])
    return only_since(checkout, choice, repository, revision, whole=options["fix"])


def _run(checkout: Checkout, choice: Selection, options: dict[str, Any]) -> None:
    if options["write_baseline"]:
        _write_baseline(checkout, choice, options["dry_run"])
        return
    result = (_fix if options["fix"] else _audit)(checkout, choice, options)
    _show(result, options)
    _exit(result, fail_on(options))


def _audit(checkout: Checkout, choice: Selection, options: dict[str, Any]) -> Audit:
    from scaffold.audit.audit import audit

    if not options["timings"]:
        return audit(checkout, choice)
    from scaffold.audit.timings import TimedCheckout, Timings

    timings = Timings()
    result = audit(TimedCheckout(checkout, timings), timings.of(choice))
    for line in timings.lines():
        click.echo(line, err=True)
    return result


def _fix(checkout: Checkout, choice: Selection, options: dict[str, Any]) -> Audit:
    """Fix what can be fixed; returns what remains, or, after a dry run, what was found."""
    from scaffold.audit import audit
    from scaffold.files.checkout import Checkout

    before = audit.audit(checkout, choice)
    plan = audit.fix(before, choice.selected)
    shown = shown_plan("check", plan, [], "text", options["dry_run"])
    write(checkout, plan, options["dry_run"])
    if plan.paths and options["format"] == "text":
        show(f"{shown.body!s}{shown.closing}\n")
    dry_run = options["dry_run"]
    fixed = checkout.after(plan.outcome()) if dry_run else Checkout(checkout.root)
    after = audit.audit(fixed, choice)
    return (before if dry_run else after)._replace(fixes=audit.outcome_of_fix(before, after, dry_run))


def _write_baseline(checkout: Checkout, choice: Selection, dry_run: bool) -> None:
    from scaffold.audit import baseline
    from scaffold.audit.audit import audit

    result = audit(checkout, choice)
    change = baseline.change(checkout, result.facts, result.findings)
    shown = shown_plan("check", change.plan, [], "text", dry_run)
    write(checkout, change.plan, dry_run)
    if change.plan.paths:
        show(f"{shown.body!s}{shown.closing}\n")
    findings = "1 finding" if change.total == 1 else f"{change.total} findings"
    would = "would be " if dry_run else ""
    click.echo(f"{findings} {would}in the baseline: {change.added} added, {change.removed} removed.")
    if change.plan.paths and checkout.read(baseline.FILE) is None and not dry_run:
        click.echo(f"Next: commit {baseline.FILE}.")


def _hint_at_old_file(settings: CheckSettings) -> None:
    from scaffold.audit.exceptions import OLD_FILE
    from scaffold.pfml.settings import FILE

    if OLD_FILE in settings.exceptions.files:
        remark(f"hint: move each [[exception]] of {OLD_FILE} to {FILE} as [[check.exception]], and delete {OLD_FILE}.")


def _show_rules(options: dict[str, Any]) -> None:
    """Explain one rule, or list those that would run."""
    from scaffold.audit.choice import check_name, chosen
    from scaffold.audit.reports import rules as rule_reports

    settings = _settings_if_any(options["repo"])
    if options["explain"]:
        check_name(options["explain"], "--explain")
        (rule,) = settings.load([options["explain"]])
        for text in rule_reports.explained(rule, settings.rule_pages, terminal_width()):
            click.echo(text)
        return
    rules = chosen(settings, options["select"], options["ignore"]).rules
    for text in rule_reports.as_table(rules, terminal_width()):
        click.echo(text)


def _settings_if_any(repo: Path | None) -> CheckSettings:
    """The settings of the checkout, the defaults if there is none or if they are invalid."""
    from scaffold.audit.settings import CheckSettings, settings_or_defaults
    from scaffold.errors import Refusal
    from scaffold.files.checkout import Checkout

    try:
        checkout = Checkout.find(repo)
    except Refusal:
        return CheckSettings()
    return settings_or_defaults(checkout)


def _show(result: Audit, options: dict[str, Any]) -> None:
    in_numbers = options["statistics"]
    if options["format"] == "json":
        from scaffold.audit.reports.objects import as_json

        click.echo(json_text(as_json(result, in_numbers)), nl=False)
    elif options["format"] == "sarif":
        from scaffold.audit.reports.sarif import as_sarif

        click.echo(json_text(as_sarif(result)), nl=False)
    elif options["format"] == "github":
        from scaffold.audit.reports.github import as_github

        for text in as_github(result, _in_workspace(result.facts.checkout.root)):
            click.echo(text)
    else:
        from scaffold.audit.reports.text import as_lines

        for line in as_lines(result, in_numbers, terminal_width()):
            click.echo(click.style(line.text, fg=SEVERITY_COLOURS.get(line.severity or ""), bold=line.heading or None))


def _in_workspace(root: Path) -> str:
    """Where the checkout is in the workspace of a GitHub workflow, to which annotations are relative."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    inside = os.path.relpath(os.path.realpath(root), os.path.realpath(workspace)) if workspace else "."
    return "" if inside == "." or inside.startswith("..") else f"{inside}/"


def _exit(result: Audit, lowest: str) -> None:
    failing = SEVERITIES[: SEVERITIES.index(lowest) + 1] if lowest != NEVER else ()
    if any(result.counts[severity] for severity in result.counts if severity in failing):
        sys.exit(1)
