"""`pfml-scaffold check`: the audit of a checkout's tasks."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from scaffold.cli import completion
from scaffold.cli.commands import shared
from scaffold.cli.console import guarded, show_plan
from scaffold.cli.write import recover, write

if TYPE_CHECKING:
    from scaffold.audit.audit import Audit


rule_option = partial(click.option, metavar="RULE", shell_complete=completion.rules)
COLOURS = {"error": "red", "warning": "yellow", "information": "blue"}


@click.command()
@click.argument("task", nargs=-1, shell_complete=completion.tasks)
@shared.repo
@click.option("--format", "format", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@rule_option("--select", multiple=True, help="Only this rule. Repeatable.")
@rule_option("--ignore", multiple=True, help="Not this rule. Repeatable.")
@click.option("--strict", is_flag=True, help="Let warnings fail, too.")
@click.option("--fix", is_flag=True, help="Mend what has one right answer.")
@click.option("--dry-run", is_flag=True, help="With --fix: show what would change, and write nothing.")
@click.option("--list-rules", is_flag=True, help="List the rules, and check nothing.")
@rule_option("--explain", default="", help="Say what a rule is for.")
def check(**options: Any) -> None:
    """Audit the tasks of a checkout, all of them or some.

    Across Python, TOML and Terraform: what would fail at deploy or at run time, or silently do nothing. The exit status
    is 0 where nothing is wrong, 1 where there are errors (with --strict, or warnings), and 2 where the checkout could
    not be read. Findings that a team accepts are listed in .pfml-scaffold/check.toml.
    """
    guarded(_check, options, status=2)


def _check(options: dict[str, Any]) -> None:
    from scaffold.audit import audit, registry, report
    from scaffold.errors import Refusal
    from scaffold.files.checkout import Checkout

    if options["explain"]:
        audit.check_name(options["explain"], "--explain")
        click.echo(report.explained(*registry.load([options["explain"]])), nl=False)
        return
    which = audit.chosen(options["select"], options["ignore"])
    if options["list_rules"]:
        for text in report.as_table(which):
            click.echo(text)
        return
    if options["dry_run"] and not options["fix"]:
        raise Refusal("there is nothing to try", option="--dry-run", instead="Give it with --fix.")
    checkout = Checkout.find(options["repo"])
    if options["fix"]:
        recover(checkout)
    found = audit.audit(checkout, which, options["task"])
    if options["fix"]:
        made = audit.fix(found, options["select"])
        write(checkout, made, options["dry_run"])
        if made.paths and options["format"] == "text":
            show_plan("check", made, [], "text", options["dry_run"])
            click.echo()
        if not options["dry_run"]:
            found = audit.audit(Checkout(checkout.root), which, options["task"])
    _show(found, options)
    _end(found, options["strict"])


def _show(found: Audit, options: dict[str, Any]) -> None:
    from scaffold.audit import report

    if options["format"] == "json":
        click.echo(report.as_json(found, options["select"]), nl=False)
    elif options["format"] == "github":
        for text in report.as_github(found):
            click.echo(text)
    else:
        for line in report.as_lines(found, options["select"]):
            click.echo(click.style(line.text, fg=COLOURS.get(line.severity or ""), bold=line.heading or None))


def _end(found: Audit, strict: bool) -> None:
    from scaffold.audit.finding import Severity

    fails = found.counts[Severity.ERROR] + (found.counts[Severity.WARNING] if strict else 0)
    if fails:
        sys.exit(1)
