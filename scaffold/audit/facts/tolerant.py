"""A checkout as the audit reads it: as it is on disk or would be after a plan, and with files that do not parse."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scaffold import hcl
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.plan import Plan
from scaffold.files.reading import Source
from scaffold.python.lookup import Lookup
from scaffold.python.module import Module

_NOTHING = hcl.Block(0, 0, "", (), 0, 0, {}, ())


class TolerantCheckout(Checkout):
    """Files that cannot be read or parsed are recorded in `unparsed` and count as empty."""

    def __init__(self, checkout: Checkout, plan: Plan | None = None) -> None:
        super().__init__(checkout.root, checkout.source)
        self._adopt(checkout, plan.outcome() if plan else {})
        self._modules: dict[str, Module | None] = {}
        self.unparsed: dict[str, Refusal] = {}

    @classmethod
    def of(cls, checkout: Checkout) -> TolerantCheckout:
        return checkout if isinstance(checkout, cls) else cls(checkout)

    def earlier(self, source: Source, is_same: Callable[[str], bool], read: Mapping[str, bytes]) -> TolerantCheckout:
        """An earlier state of this checkout, with what was read and parsed of the files that are the same in both.

        is_same: whether a file is known to be the same; the others that were read are compared. read: files that are
        not read from the source.
        """
        result = TolerantCheckout(Checkout(self.root, source))
        result._read |= read
        for path, data in self._read.items():
            is_known = is_same(path) and path not in self._changed
            if path not in self.unparsed and data is not None and (is_known or result.read(path) == data):
                result._read[path] = data
                if path in self._parsed:
                    result._parsed[path] = self._parsed[path]
                if path in self._blocks:
                    result._blocks[path] = self._blocks[path]
                if module := self._modules.get(path):
                    result._modules[path] = module.within(result)
        result._holds = {
            key: holds for key, holds in self._holds.items() if result._read.get(key[0]) is self._read.get(key[0])
        }
        return result

    def read(self, path: str) -> bytes | None:
        try:
            return super().read(path)
        except Refusal as error:
            self.unparsed[path] = error
            self._read[path] = b""
            return b""

    def terraform(self, path: str) -> hcl.Block:
        if path not in self.unparsed:
            try:
                return super().terraform(path)
            except Refusal as error:
                self.unparsed[path] = error
        return _NOTHING

    def module(self, path: str) -> Module | None:
        """A Python file; None if it does not exist or does not parse."""
        if path not in self._modules:
            try:
                self._modules[path] = Module(self, path) if self.read(path) is not None else None
            except Refusal as error:
                self.unparsed[path] = error
                self._modules[path] = None
        return self._modules[path]

    def parses(self, folder: str) -> bool:
        """Whether all Terraform files of a folder parse. Only then can something be reported as missing from them."""
        files = self.terraform_files(folder)
        for path in files:
            self.terraform(path)
        return not any(path in self.unparsed for path in files)


class TolerantLookup(Lookup):
    """A Lookup that parses each file once for all rules."""

    def __init__(self, checkout: TolerantCheckout) -> None:
        super().__init__(checkout)
        self._tolerant = checkout

    def module(self, path: str) -> Module:
        module = self._tolerant.module(path)
        if module is None:
            raise self._tolerant.unparsed.get(path) or Refusal("no such file in this checkout", place=path)
        return module
