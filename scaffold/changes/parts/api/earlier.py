"""What version 0.1.0 wrote, to recognize it: only an entrypoint with a database session had a worker, `parse_args` read
`sys.argv` itself, and the test called the entrypoint without its decorator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scaffold.changes.parts.api.context import Origin, context
from scaffold.python.additions import from_import
from scaffold.python.layout import python_call


def module(origin: Origin) -> str:
    lines = [
        *(["import argparse", ""] if origin.options else []),
        "import massgov.pfml.util.logging as logging",
        *(["from massgov.pfml import db"] if origin.spec.database else []),
        "from massgov.pfml.util.bg import background_task",
        "",
        "logger = logging.get_logger(__name__)",
        "",
        "",
        function(origin),
    ]
    return "\n".join(lines) + "\n"


def function(origin: Origin) -> str:
    return "\n".join(_function(origin, context(origin)))


def _function(origin: Origin, values: Mapping[str, object]) -> Iterator[str]:
    if origin.options:
        parser, options = values["__parser"], origin.options
        yield f"def parse_args() -> argparse.Namespace:\n{parser}\n{options}\n    return parser.parse_args()\n\n"
    yield f"{values['__decorator']}\n{values['__signature']}"
    if values["__docstring"]:
        yield str(values["__docstring"])
    if origin.options:
        yield "    args = parse_args()"
    if origin.spec.database:
        passed = "db_session, args" if origin.options else "db_session"
        yield "    with db.session_scope(db.init(), close=True) as db_session:"
        yield f"        {origin.worker}({passed})\n\n\n{values['__worker_signature']}"
    yield f'    logger.info("Starting"{_EXTRA if origin.options else ""})'


_EXTRA = ', extra={"arguments": vars(args)}'


def test_module(origin: Origin) -> str:
    head = "from unittest import mock\n\nfrom massgov.pfml import db\n" if origin.spec.database else ""
    function = origin.spec.function
    imported = from_import(origin.spec.module, [function])
    return f"{head}{imported}\n\n\n{test_function(origin, f'test_{function}', function)}\n"


def test_function(origin: Origin, name: str, call: str) -> str:
    return "\n".join(_test_function(origin, name, call))


def _test_function(origin: Origin, name: str, call: str) -> Iterator[str]:
    database, options = origin.spec.database, origin.options
    yield python_call(f"def {name}", ["monkeypatch"] if database or options else [], tail=":")
    if options:
        yield '    monkeypatch.setattr("sys.argv", ["entrypoint"])'
    if database:
        yield '    monkeypatch.setattr(db, "init", mock.MagicMock())'
    yield "    # Without the decorator, which registers with New Relic and sets up logging for all later tests."
    yield f"    {call}.__wrapped__()"
    if database:
        yield "    db.init.return_value.commit.assert_called_once_with()"
        yield "    db.init.return_value.close.assert_called_once_with()"
