"""`pfml-scaffold check`: audit the tasks of a checkout."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from scaffold.cli import completion
from scaffold.cli.commands import shared
from scaffold.cli.console import SEVERITY_COLOURS, guarded, json_text, show, shown_plan, terminal_width
from scaffold.cli.write import open_checkout, write

if TYPE_CHECKING:
    from pathlib import Path

    from scaffold.audit.audit import Audit
    from scaffold.audit.choice import Choice
    from scaffold.files.checkout import Checkout
    from scaffold.files.git.repository import Repository


_FORMATS = ("text", "json", "github", "sarif")
_DEFAULT_BASE = "*"
rule_option = partial(click.option, metavar="RULE", shell_complete=completion.rules)


@click.command()
@click.argument("task", nargs=-1, shell_complete=completion.tasks)
@shared.repo
@click.option("--format", "format", type=click.Choice(_FORMATS), default="text", show_default=True)
@rule_option("--select", multiple=True, help="Run only this rule. Repeatable.")
@rule_option("--ignore", multiple=True, help="Skip this rule. Repeatable.")
@click.option("--strict", is_flag=True, help="Fail on warnings, too.")
@click.option(
    "--since",
    is_flag=False,
    flag_value=_DEFAULT_BASE,
    default=None,
    metavar="[REF]",
    help="Report only what is new since this commit. [default: the merge base with origin/main]",
)
@click.option("--staged", is_flag=True, help="Check what is staged in git instead of the files on disk.")
@click.option("--fix", is_flag=True, help="Fix findings that have only one right answer.")
@click.option("--dry-run", is_flag=True, help="With --fix: show the changes without writing them.")
@click.option("--list-rules", is_flag=True, help="List the rules and exit.")
@rule_option("--explain", default="", help="Explain a rule and exit.")
def check(**options: Any) -> None:
    """Audit all tasks of a checkout, or some of them.

    Finds what would fail or silently do nothing at deploy or at run time, across Python, TOML and Terraform. The exit
    status is 0 if there are no errors, 1 if there are (with --strict, also for warnings), and 2 if the checkout cannot
    be read. Findings that a team accepts are listed in .pfml-scaffold/check.toml.
    """
    guarded(_check, options, status=2)


def _check(options: dict[str, Any]) -> None:
    from scaffold.audit.choice import chosen
    from scaffold.audit.settings import check_settings
    from scaffold.errors import Refusal

    if options["explain"] or options["list_rules"]:
        _show_rules(options)
        return
    if options["dry_run"] and not options["fix"]:
        raise Refusal("it has no effect without --fix", option="--dry-run", instead="Add --fix.")
    if options["staged"] and options["fix"]:
        raise Refusal("it cannot fix what is staged", option="--fix", instead="Remove --staged, and stage the changes.")
    on_disk = open_checkout(options["repo"], changes=options["fix"] and not options["dry_run"])
    with ExitStack() as stack:
        repository = _repository(on_disk, options, stack)
        checkout = repository.checkout() if repository and options["staged"] else on_disk
        choice = chosen(check_settings(checkout), options["select"], options["ignore"])._replace(tasks=options["task"])
        _run(checkout, _since(choice, repository, options), options)


def _repository(checkout: Checkout, options: dict[str, Any], stack: ExitStack) -> Repository | None:
    """The git repository of the checkout, if the options need it."""
    if options["since"] is None and not options["staged"]:
        return None
    from scaffold.files.git.repository import Repository

    return stack.enter_context(Repository(checkout.root, "--staged" if options["since"] is None else "--since"))


def _since(choice: Choice, repository: Repository | None, options: dict[str, Any]) -> Choice:
    """The choice, limited to what is new if the options say so."""
    if repository is None or options["since"] is None:
        return choice
    from scaffold.audit.since import only_since

    revision = repository.base() if options["since"] == _DEFAULT_BASE else repository.revision(options["since"])
    return only_since(choice, repository, revision)


def _run(checkout: Checkout, choice: Choice, options: dict[str, Any]) -> None:
    from scaffold.audit import audit
    from scaffold.files.checkout import Checkout

    result = audit.audit(checkout, choice)
    if options["fix"]:
        plan = audit.fix(result, choice.selected)
        shown = shown_plan("check", plan, [], "text", options["dry_run"])
        write(checkout, plan, options["dry_run"])
        if plan.paths and options["format"] == "text":
            show(f"{shown.body!s}{shown.closing}\n")
        if not options["dry_run"]:
            result = audit.audit(Checkout(checkout.root), choice)
    _show(result, options)
    _exit(result, options["strict"])


def _show_rules(options: dict[str, Any]) -> None:
    """Explain one rule, or list those that would run, with the severities of the checkout if there is one."""
    from scaffold.audit import registry
    from scaffold.audit.choice import check_name, chosen
    from scaffold.audit.reports import rules as rule_reports
    from scaffold.audit.settings import CheckSettings

    if options["explain"]:
        check_name(options["explain"], "--explain")
        (rule,) = registry.load([options["explain"]])
        click.echo(rule_reports.explained(rule, _rule_pages(options["repo"])), nl=False)
        return
    rules = chosen(CheckSettings(), options["select"], options["ignore"]).rules
    for text in rule_reports.as_table(rules, terminal_width()):
        click.echo(text)


def _rule_pages(repo: Path | None) -> str:
    """The address of the rules' pages that the checkout sets, "" if there is no checkout."""
    from scaffold.audit.settings import check_settings
    from scaffold.errors import Refusal
    from scaffold.files.checkout import Checkout

    try:
        return check_settings(Checkout.find(repo)).rule_pages
    except Refusal:
        return ""


def _show(result: Audit, options: dict[str, Any]) -> None:
    if options["format"] == "json":
        from scaffold.audit.reports.objects import as_json

        click.echo(json_text(as_json(result)), nl=False)
    elif options["format"] == "sarif":
        from scaffold.audit.reports.sarif import as_sarif

        click.echo(json_text(as_sarif(result)), nl=False)
    elif options["format"] == "github":
        from scaffold.audit.reports.github import as_github

        for text in as_github(result):
            click.echo(text)
    else:
        from scaffold.audit.reports.text import as_lines

        for line in as_lines(result):
            click.echo(click.style(line.text, fg=SEVERITY_COLOURS.get(line.severity or ""), bold=line.heading or None))


def _exit(result: Audit, strict: bool) -> None:
    from scaffold.audit.finding import Severity

    fails = result.counts[Severity.ERROR] + (result.counts[Severity.WARNING] if strict else 0)
    if fails:
        sys.exit(1)
