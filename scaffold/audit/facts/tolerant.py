"""A checkout as the audit reads it: as it is on disk or would be after a plan, and with files that do not parse."""

from __future__ import annotations

from scaffold import hcl
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.plan import Plan
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
