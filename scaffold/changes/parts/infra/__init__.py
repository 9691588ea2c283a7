"""The parts under infra/: task definition, roles, schedule, alarm, toggle and trigger."""
