"""Where a module of the API, or a name of it, is used by other files: imported, patched, or named in a string."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from scaffold.files.checkout import Checkout
from scaffold.files.edit import Place
from scaffold.python.imports import source_of
from scaffold.python.module import walk


def first_use(checkout: Checkout, module: str, names: Sequence[str], without: Iterable[str]) -> Place | None:
    """The first place that uses a module (if names are given: one of them), except in some files."""
    left_out, mention, last = set(without), _mention(module), module.rpartition(".")[2].encode()
    for path in checkout.files("api", "*.py"):
        data = checkout.read(path) or b""
        if path in left_out or last not in data or not mention.search(data):
            continue
        line = _first_line(path, data, module, names)
        if line:
            return path, sum(len(text) + 1 for text in data.split(b"\n")[: line - 1])
    return None


def _mention(module: str) -> re.Pattern[bytes]:
    """What a file that uses a module contains: the last part of its name after a dot or a brace, an import from its
    package, or a relative one."""
    package, _, last = module.rpartition(".")
    text = rf"[.}}]{re.escape(last)}(?!\w)|(?<![\w.]){re.escape(package)}\s+import\b|from\s+\."
    return re.compile((text + ("" if package else rf"|import\s+{re.escape(last)}")).encode())


def _first_line(path: str, data: bytes, module: str, names: Sequence[str]) -> int:
    try:
        tree = ast.parse(data, path)
    except (SyntaxError, ValueError, RecursionError):
        whole = re.search(rb"(?<![\w.])%s(?!\w)" % re.escape(module.encode()), data)
        return data.count(b"\n", 0, whole.start()) + 1 if whole else 0
    text = _textual(data, module, names)
    return min((line for line in (text, *_File(path, tree, module).uses(names)) if line), default=0)


def _textual(data: bytes, module: str, names: Sequence[str]) -> int:
    """The line of the whole dotted name, in code, a string or a comment."""
    dotted = [f"{module}.{name}" for name in names] or [module]
    for text in dotted:
        if match := re.search(rb"(?<![\w.])%s(?!\w)" % re.escape(text.encode()), data):
            return data.count(b"\n", 0, match.start()) + 1
    return 0


class _File:
    """A file that may use a module, and the names by which it knows that."""

    def __init__(self, path: str, tree: ast.Module, module: str) -> None:
        self.path, self.tree, self.module = path, tree, module
        self.package, _, self.last = module.rpartition(".")
        self.imports: list[int] = []
        self.symbols: list[tuple[str, int]] = []
        self.modules: set[str] = set()
        self.packages: set[str] = set()
        for node in walk(tree):
            if isinstance(node, ast.Import):
                self._import(node)
            elif isinstance(node, ast.ImportFrom):
                self._import_from(node)
        self._follow_assignments()

    def uses(self, names: Sequence[str]) -> Iterator[int]:
        if not names:
            yield from self.imports
            yield from (getattr(node, "lineno", 1) for node in walk(self.tree) if self._is_module(node))
            return
        mentioned = {node.id for node in walk(self.tree) if isinstance(node, ast.Name)}
        for symbol, line in self.symbols:
            if symbol in names or (symbol == "*" and mentioned & {*names}):
                yield line
        yield from (getattr(node, "lineno", 1) for node in walk(self.tree) if self._is_use(node, names))

    def _is_use(self, node: ast.AST, names: Sequence[str]) -> bool:
        if isinstance(node, ast.Attribute):
            return node.attr in names and self._mentions(node.value)
        if isinstance(node, ast.Call):
            return self._names_one(node, names) and self._mentions(node)
        return isinstance(node, ast.Constant) and self._is_dotted(node.value, names)

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name == self.module:
                self.imports.append(node.lineno)
                self.modules |= {alias.asname} if alias.asname else set()
            elif alias.name == self.package and alias.asname:
                self.packages.add(alias.asname)

    def _import_from(self, node: ast.ImportFrom) -> None:
        source = source_of(self.path, node)
        for alias in node.names:
            if source == self.module:
                self.imports.append(node.lineno)
                self.symbols.append((alias.name, node.lineno))
            elif source == self.package and alias.name == self.last:
                self.imports.append(node.lineno)
                self.modules.add(alias.asname or alias.name)
            elif f"{source}.{alias.name}" == self.package:
                self.packages.add(alias.asname or alias.name)

    def _follow_assignments(self) -> None:
        """Also the names that the module is assigned to, as by `import_module("…")`."""
        known = -1
        while known != len(self.modules):
            known = len(self.modules)
            for node in walk(self.tree):
                if isinstance(node, ast.Assign) and self._is_value(node.value):
                    self.modules |= {target.id for target in node.targets if isinstance(target, ast.Name)}

    def _is_value(self, node: ast.expr) -> bool:
        """Whether an expression is the module: its name, or a call such as `reload(module)`."""
        if isinstance(node, ast.Call):
            return any(self._is_module(argument) for argument in node.args)
        return self._is_module(node.value if isinstance(node, ast.Subscript) else node) or (
            isinstance(node, ast.Subscript) and self._is_module(node.slice)
        )

    def _mentions(self, node: ast.AST) -> bool:
        return any(self._is_module(inner) for inner in walk(node))

    def _is_module(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.modules
        if isinstance(node, ast.Attribute):
            dotted = _dotted(node) if node.attr == self.last else ""
            return dotted == self.module or (dotted.count(".") == 1 and dotted.partition(".")[0] in self.packages)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value == self.module or (node.value.startswith(".") and node.value.lstrip(".") == self.last)
        return False

    @staticmethod
    def _names_one(call: ast.Call, names: Sequence[str]) -> bool:
        """Whether a call names one of the names in a string or as a keyword, as `patch.object(module, "name")` does."""
        strings = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
        return bool({*strings, *(keyword.arg for keyword in call.keywords)} & {*names})

    def _is_dotted(self, value: object, names: Sequence[str]) -> bool:
        """Whether a string may be a dotted name of one of the names, or the end of one, as in `f"{MODULE}.name"`."""
        if not isinstance(value, str):
            return False
        for name in names:
            for match in re.finditer(rf"(?:^|(?<=[\s\"'}}s]))([\w.]*)\.{re.escape(name)}(?![\w])", value):
                before = match[1].strip(".")
                if not before or before == self.module or self.module.endswith(f".{before}"):
                    return True
        return False


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
