from __future__ import annotations

import pytest

from scaffold.terraform.functions import result


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("format", ["%s-%s", "pfml", "test"], "pfml-test"),
        ("format", ["100%% of %d", "3"], "100% of 3"),
        ("format", ["%s-%s", "pfml"], None),
        ("format", ["%05d", "3"], None),
        ("format", ["%s", "${var.x}"], None),
        ("format", [], None),
        ("join", ["-", "pfml", "test"], "pfml-test"),
        ("join", ["-"], ""),
        ("join", ["-", "${local.names}"], None),
    ],
)
def test_the_text_that_a_function_returns(name: str, arguments: list[str], text: str | None) -> None:
    assert result(name, arguments) == text
