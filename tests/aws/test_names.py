"""Valid names of tasks, and how names are shortened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.aws.names import LIMITS, nearest, shorten, slug, suggest_name, task_name_problem


@pytest.mark.parametrize("name", ["my-task", "a-b", "load-dor-2021", "a1-2", "export-to-sftp"])
def test_valid_names(name: str) -> None:
    assert task_name_problem(name) is None


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("My_Task", "my-task"),
        ("export", "export-task"),
        ("exportUsers", "export-users"),
        ("SFTPExport", "sftp-export"),
        ("my--task", "my-task"),
        ("-my-task-", "my-task"),
        ("my task", "my-task"),
        ("my-task\n", "my-task"),
        ("../../etc/passwd", "etc-passwd"),
        ("2021-export", "task-2021-export"),
        ("café-export", "cafe-export"),
        ("export\N{EN DASH}users", "exportusers-task"),
        ("\N{CJK UNIFIED IDEOGRAPH-4EFB}", "my-task"),
        ("${evil}-{{ x }}", "evil-x"),
        ("", "my-task"),
        ("   ", "my-task"),
    ],
)
def test_invalid_names_come_with_a_valid_one(name: str, suggestion: str) -> None:
    problem = task_name_problem(name)
    assert problem is not None
    assert repr(suggestion) in problem
    assert "\n" not in problem
    assert problem.isascii()


@given(st.text(max_size=40))
def test_every_suggestion_is_a_valid_name(text: str) -> None:
    assert task_name_problem(suggest_name(text)) is None


@given(st.from_regex(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", fullmatch=True))
def test_a_valid_name_is_its_own_suggestion(name: str) -> None:
    assert suggest_name(name) == name


def test_slug() -> None:
    assert slug("export-users") == "export_users"


@pytest.mark.parametrize(
    ("name", "room", "short"),
    [
        ("export-users-to-sftp", 40, "export-users-to-sftp"),
        ("export-users-to-sftp", 19, "export-users-to"),
        ("export-users-to-sftp", 12, "export-users"),
        ("export-users-to-sftp", 10, "export-use"),
        ("export-users-to-sftp", 7, "expor-u"),
        ("export-users-to-sftp", 3, "e-u"),
        ("export-users-to-sftp", 2, "ex"),
        ("export", 4, "expo"),
    ],
)
def test_shorten(name: str, room: int, short: str) -> None:
    assert shorten(name, room) == short


@given(st.from_regex(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", fullmatch=True), st.integers(3, 80))
def test_a_shortened_name_is_valid_and_fits(name: str, room: int) -> None:
    short = shorten(name, room)
    assert len(short) <= room
    assert task_name_problem(short) is None


def test_no_name_fits_in_no_room() -> None:
    with pytest.raises(ValueError, match="room"):
        shorten("my-task", 0)


def test_nearest() -> None:
    assert nearest("db_acces", ["db_access", "eolwd_moveit"]) == "db_access"
    assert nearest("DB_ACCESS", ["db_access"]) == "db_access"
    assert nearest("zzz", ["db_access"]) is None
    assert nearest("zzz", []) is None


def test_limits_of_the_names_that_break_first() -> None:
    assert LIMITS["aws_cloudwatch_event_target", "target_id"] == 64
    assert LIMITS["aws_iam_role", "name"] == 64
    assert LIMITS["aws_iam_role", "name_prefix"] == 38
    assert LIMITS["aws_iam_policy", "name_prefix"] == 102
    assert LIMITS["aws_lb_target_group", "name_prefix"] == 6
    assert LIMITS["aws_s3_bucket", "bucket_prefix"] == 37
    assert all(6 <= limit <= 512 for limit in LIMITS.values())
    for (type, attribute), limit in LIMITS.items():
        assert attribute.endswith("_prefix") or limit - 26 >= LIMITS[type, f"{attribute}_prefix"]
