"""Sizes of Fargate tasks, against the table in AWS's documentation."""

import pytest

from scaffold.aws.fargate import CPU_UNITS, memory_values, size_problem


@pytest.mark.parametrize(
    ("cpu", "smallest", "largest", "count"),
    [
        (256, 512, 2048, 3),
        (512, 1024, 4096, 4),
        (1024, 2048, 8192, 7),
        (2048, 4096, 16384, 13),
        (4096, 8192, 30720, 23),
        (8192, 16384, 61440, 12),
        (16384, 32768, 122880, 12),
        (32768, 61440, 249856, 3),
    ],
)
def test_the_table(cpu: int, smallest: int, largest: int, count: int) -> None:
    values = memory_values(cpu)
    assert (values[0], values[-1], len(values)) == (smallest, largest, count)
    assert cpu in CPU_UNITS


def test_every_size_of_the_table_is_allowed() -> None:
    assert all(size_problem(cpu, mib) is None for cpu in CPU_UNITS for mib in memory_values(cpu))


@pytest.mark.parametrize(
    ("cpu", "memory", "words"),
    [
        (1000, 2048, "the nearest is 1024"),
        (0, 2048, "the nearest is 256"),
        (-1, 2048, "the nearest is 256"),
        (256, 4096, "nearest is 2048 MiB, or keep 4096 MiB with 512 CPU units"),
        (1024, 2000, "2048 to 8192 MiB in steps of 1024; the nearest is 2048 MiB"),
        (1024, 2560, "nearest is 3072 MiB"),
        (1024, 512, "nearest is 2048 MiB, or keep 512 MiB with 256 CPU units"),
        (256, 1536, "512, 1024 and 2048 MiB; the nearest is 2048 MiB"),
        (32768, 122881, "nearest is 122880 MiB"),
    ],
)
def test_what_would_do(cpu: int, memory: int, words: str) -> None:
    problem = size_problem(cpu, memory)
    assert problem is not None
    assert words in problem


def test_an_unknown_cpu_has_no_memory() -> None:
    assert memory_values(1000) == ()
