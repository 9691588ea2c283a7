"""Which files of the API a file imports, read from its bytes, so that none of them has to be parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.python.lookup import Lookup, absolute, dotted_name

_IMPORT = re.compile(rb"^([ \t]*)(?:from\s+([\w.]+)\s+import\s+(\([^)]*\)|[^\n#]*)|import\s+([^\n#]+))", re.M)


class Imports:
    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self._everywhere: dict[str, tuple[str, ...]] = {}
        self._at_once: dict[str, set[str]] = {}
        self._at_start: dict[str, tuple[str, ...]] = {}
        self._files = frozenset(lookup.checkout.files("api", "*.py"))
        self._paths: dict[str, str] = {}

    def of(self, path: str) -> tuple[str, ...]:
        """The files that a file imports, also in functions."""
        if path not in self._everywhere:
            pairs = list(self._imports_of(path))
            self._everywhere[path] = tuple(dict.fromkeys(file for _, file in pairs))
            self._at_start[path] = tuple(dict.fromkeys(file for indented, file in pairs if not indented))
        return self._everywhere[path]

    def at_start(self, path: str) -> tuple[str, ...]:
        """The files that surely run when a file is imported: not those that it imports in functions."""
        self.of(path)
        return self._at_start[path]

    def at_once(self, path: str) -> set[str]:
        """The files that a file imports itself, and the packages that these are in."""
        if path not in self._at_once:
            own = self.of(path)
            self._at_once[path] = {*own, *(package for file in own for package in self._packages(file))}
        return self._at_once[path]

    def everything(self, path: str) -> set[str]:
        """The files that may run after a file is imported, itself included: also what functions import."""
        reached, waiting = set[str](), [path]
        while waiting:
            current = waiting.pop()
            if current not in reached:
                reached.add(current)
                waiting += [*self.of(current), *self._packages(current)]
        return reached

    def _imports_of(self, path: str) -> Iterator[tuple[bool, str]]:
        own = dotted_name(path)
        for indented, source, symbols, modules in _statements(self.lookup.checkout.read(path) or b""):
            dotted = absolute(source.decode(), own, path) if source else ""
            if source and not self.lookup.is_ours(dotted):
                continue
            words = re.split(rb",\s*", modules or symbols.strip(b"() \n"))
            names = [word.split()[0].decode() for word in words if word.strip()]
            candidates = names if modules else [dotted, *(f"{dotted}.{name}" for name in names)]
            yield from ((bool(indented), file) for name in candidates if (file := self.path(name)))

    def path(self, dotted: str) -> str:
        """The file of a module or a package, "" if there is none."""
        if dotted not in self._paths:
            start = f"api/{dotted.replace('.', '/')}"
            files = (path for path in (f"{start}/__init__.py", f"{start}.py") if path in self._files)
            self._paths[dotted] = next(files, "")
        return self._paths[dotted]

    def _packages(self, path: str) -> Iterator[str]:
        """The packages that a file is in."""
        parts = dotted_name(path).split(".")
        for count in range(1, len(parts)):
            file = self.path(".".join(parts[:count]))
            if file:
                yield file


def _statements(data: bytes) -> Iterator[tuple[bytes, bytes, bytes, bytes]]:
    """What _IMPORT.findall finds. Most text is skipped, since each statement has the word."""
    done, word = 0, data.find(b"import")
    while word >= 0:
        start = data.rfind(b"\n", 0, word) + 1
        match = _IMPORT.match(data, start) if start >= done else None
        if match:
            yield match[1], match[2] or b"", match[3] or b"", match[4] or b""
            done = match.end()
        word = data.find(b"import", max(done, word + 1))
