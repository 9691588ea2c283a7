"""Fargate task sizes: CPU in CPU units (1024 are one vCPU), memory in MiB.

Source: Amazon ECS Developer Guide, "Task size" in "Task definition parameters for Fargate".
"""

from __future__ import annotations

_MEMORY: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
    32768: (61440, 122880, 249856),
}

CPU_UNITS: tuple[int, ...] = tuple(_MEMORY)


def memory_values(cpu: int) -> tuple[int, ...]:
    """The memory sizes in MiB for `cpu` CPU units, ascending; empty if Fargate does not offer that CPU."""
    return _MEMORY.get(cpu, ())


def size_problem(cpu: int, memory: int) -> str | None:
    """Why Fargate refuses `cpu` CPU units with `memory` MiB, with the nearest valid sizes; None if it does not."""
    if cpu not in _MEMORY:
        nearest = _nearest(cpu, CPU_UNITS)
        return f"Fargate does not offer {cpu} CPU units, only {_listed(CPU_UNITS)}; the nearest is {nearest}"
    allowed = _MEMORY[cpu]
    if memory in allowed:
        return None
    others = [units for units in CPU_UNITS if memory in _MEMORY[units]]
    alternative = f", or keep {memory} MiB with {_nearest(cpu, others)} CPU units" if others else ""
    return (
        f"Fargate does not offer {cpu} CPU units with {memory} MiB of memory, only with {_range(allowed)}; the nearest"
        f" is {_nearest(memory, allowed)} MiB{alternative}"
    )


def _nearest(wanted: int, allowed: tuple[int, ...] | list[int]) -> int:
    """The nearest value, the larger of two: a task with too little fails, one with too much only costs more."""
    return min(allowed, key=lambda value: (abs(value - wanted), -value))


def _range(values: tuple[int, ...]) -> str:
    if len(values) == 3:
        return f"{_listed(values)} MiB"
    return f"{values[0]} to {values[-1]} MiB in steps of {values[1] - values[0]}"


def _listed(values: tuple[int, ...]) -> str:
    return f"{', '.join(map(str, values[:-1]))} and {values[-1]}"
