"""The tests that import an entrypoint's module."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.files.checkout import Checkout

TESTS = "api/tests"
_IMPORTS = re.compile(
    rb"[ \t]*(?:from[ \t]+(?P<package>[\w.]+)[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n]*)"
    rb"|import[ \t]+(?P<modules>[^\n]*))"
)


def modules_in_tests(checkout: Checkout) -> dict[str, list[str]]:
    """The tests of the API as `file:line` of the first import, by the modules that they import.

    They are read with a pattern, since parsing hundreds of files would take longer than everything else.
    """
    places: dict[str, list[str]] = {}
    for path in checkout.files(TESTS, "test_*.py"):
        data = checkout.read(path) or b""
        for module, offset in sorted(_imported(data).items()):
            places.setdefault(module, []).append(checkout.place(path, offset))
    return places


def _imported(data: bytes) -> dict[str, int]:
    """The modules that a file may import, each with the byte of the first import."""
    modules: dict[str, int] = {}
    for match in _imports(data):
        for module in _modules(match):
            modules.setdefault(module, match.start())
    return modules


def _imports(data: bytes) -> Iterator[re.Match[bytes]]:
    """The import statements. Only lines with the word are matched, which is several times as fast as matching all."""
    position = data.find(b"import")
    while position >= 0:
        match = _IMPORTS.match(data, data.rfind(b"\n", 0, position) + 1)
        if match:
            yield match
        position = data.find(b"import", max(position + 1, match.end() if match else 0))


def _modules(match: re.Match[bytes]) -> Iterator[str]:
    package, names = match["package"], match["names"] or match["modules"]
    listed = re.sub(rb"#[^\n]*", b"", names).strip(b"() \t\r")
    symbols = [words[0].decode() for symbol in listed.split(b",") if (words := symbol.split())]
    if package is None:
        yield from symbols
        return
    yield package.decode()
    # `from a.b import c` may mean the module a.b.c.
    yield from (f"{package.decode()}.{symbol}" for symbol in symbols)


def importers(name: str, tests: dict[str, list[str]]) -> tuple[str, ...]:
    """The tests that import an entrypoint's module; the one that is named after the module comes first."""
    module = name.partition(":")[0]
    own = f"/test_{module.rpartition('.')[2]}.py:"
    return tuple(sorted(tests.get(module, []), key=lambda place: (own not in place, place)))
