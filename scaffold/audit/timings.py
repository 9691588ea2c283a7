"""How long the rules of `check` take, for whoever writes rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time

from scaffold import hcl
from scaffold.audit.choice import Selection
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.audit.finding import Finding, Rule
from scaffold.files.checkout import Checkout
from scaffold.python.module import Module

_READING, _TERRAFORM, _PYTHON = "(reading files)", "(parsing Terraform)", "(parsing Python)"
_HEADING = (
    "CPU time in ms. An analysis that several rules share counts for the first rule that needs it; reading and parsing "
    "files does not count for rules."
)


class Timings:
    """The time of each rule. Whatever is measured inside of something else counts only for the inner one."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._open: list[str] = []
        self._since = 0.0

    @contextmanager
    def measured(self, name: str) -> Iterator[None]:
        self._stop()
        self._open.append(name)
        try:
            yield
        finally:
            self._stop()
            self._open.pop()

    def _stop(self) -> None:
        """Count the time since the last call for what is measured now."""
        now = process_time()
        if self._open:
            name = self._open[-1]
            self._seconds[name] = self._seconds.get(name, 0.0) + now - self._since
        self._since = now

    def of(self, selection: Selection) -> Selection:
        """The same selection with rules that are measured."""
        return selection._replace(rules=tuple(map(self._timed, selection.rules)))

    def _timed(self, rule: Rule) -> Rule:
        def check(facts: Facts) -> Iterator[Finding]:
            with self.measured(rule.name):
                findings = list(rule.check(facts))
            yield from findings

        return rule._replace(check=check)

    def lines(self) -> Iterator[str]:
        """The report, the slowest first."""
        yield _HEADING
        for name, seconds in sorted(self._seconds.items(), key=lambda pair: -pair[1]):
            yield f"{seconds * 1000:8.1f}  {name}"
        yield f"{sum(self._seconds.values()) * 1000:8.1f}  in total"


class TimedCheckout(TolerantCheckout):
    """A checkout that measures what is read and parsed."""

    def __init__(self, checkout: Checkout, timings: Timings) -> None:
        super().__init__(checkout)
        self._timings = timings

    def read(self, path: str) -> bytes | None:
        if path in self._read:
            return super().read(path)
        with self._timings.measured(_READING):
            return super().read(path)

    def terraform(self, path: str) -> hcl.Block:
        if path in self._parsed:
            return super().terraform(path)
        with self._timings.measured(_TERRAFORM):
            return super().terraform(path)

    def module(self, path: str) -> Module | None:
        if path in self._modules:
            return super().module(path)
        with self._timings.measured(_PYTHON):
            return super().module(path)
