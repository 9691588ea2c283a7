from __future__ import annotations

from pathlib import Path

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.commands import all_commands
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.files.checkout import Checkout

STATE = """
      "Type": "Task",
      "Parameters": {
        "TaskDefinition": "%s",
        "Overrides": { "ContainerOverrides": [{ "Name": "dor-import", "Command": ["dor-import", "--x"] }] }
      }
"""


def _facts(sample: Path, *focus: str) -> Facts:
    return Facts(TolerantCheckout(Checkout(sample)), focus)


def _shown(facts: Facts) -> list[tuple[str, str, str]]:
    return [(command.origin, command.name, command.task) for command in facts.once(all_commands)]


def _template(sample: Path, text: str, file: str) -> None:
    folder = sample / "infra/ecs-tasks/template"
    (folder / "steps.tf").write_text(text)
    (folder / "steps.json").write_text(file)


def test_tasks_and_schedules(sample: Path) -> None:
    found = _shown(_facts(sample))
    assert ("task", "dor-import", "dor-import") in found
    assert ("schedule", "fineos-daily-export-copy", "fineos-bucket-tool") in found
    assert len(found) == 5


def test_a_focus_leaves_out_the_others(sample: Path) -> None:
    assert _shown(_facts(sample, "dor-import")) == [("task", "dor-import", "dor-import")]


def test_states_of_a_template_file(sample: Path) -> None:
    states = ", ".join(
        f'"{name}": {{ {STATE % family} }}'
        for name, family in (
            ("one", "pfml-api-${environment_name}-dor-import"),
            ("two", "${app_name}-prod-dor-import:3"),
            ("three", "pfml-api-${environment_name}-other"),
            ("four", "other-${environment_name}-dor-import"),
        )
    )
    call = 'locals { steps = templatefile("${path.module}/steps.json", {}) }'
    _template(sample, call, f'{{ "States": {{ %{{ if x }} {states} %{{ else }} {states} %{{ endif }} }} }}')
    found = [command for command in _facts(sample).once(all_commands) if command.origin == "state"]
    tasks = {"one": "dor-import", "two": "dor-import", "three": "", "four": ""}
    assert {command.name: command.task for command in found} == tasks
    assert {command.path for command in found} == {"infra/ecs-tasks/template/steps.json"}


def test_a_file_that_nothing_reads_runs_nothing(sample: Path) -> None:
    state = STATE % "pfml-api-${environment_name}-dor-import"
    _template(sample, "# templatefile(steps.json)\n", f'{{ "States": {{ "one": {{ {state} }} }} }}')
    assert "state" not in {command.origin for command in _facts(sample).once(all_commands)}


def test_parts_of_states_that_are_in_terraform(sample: Path) -> None:
    text = 'locals { part = jsonencode({ "ContainerOverrides" : [{ "Name" : "dor-import", "Command" : ["dor-generate"] }] }) }'
    _template(sample, text, "")
    (found,) = [command for command in _facts(sample).once(all_commands) if command.origin == "override of"]
    assert (found.name, found.task, found.words and found.words[0].text) == ("dor-import", "dor-import", "dor-generate")


def test_words_that_are_not_all_known_are_not_read(sample: Path) -> None:
    path = sample / "infra/ecs-tasks/template/tasks.tf"
    path.write_text(path.read_text().replace('["dor-import"]', 'concat(["dor-import"], var.words)'))
    (found,) = _facts(sample, "dor-import").once(all_commands)
    assert found.words is None
    assert found.program is not None and found.program.text == "dor-import"
