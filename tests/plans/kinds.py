"""What a resource type and a data source of a stand-in provider consist of, as `tf` wants them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, ClassVar

from tf.blocks import SetNestedBlock
from tf.gen import tfplugin_pb2 as pb
from tf.iface import (
    CreateContext,
    DataSource,
    DeleteContext,
    ReadContext,
    ReadDataContext,
    Resource,
    UpdateContext,
    UpgradeContext,
)
from tf.schema import Attribute, Block, NestedBlock, Schema
from tf.types import Bool, List, Map, Number, Set, String, TfType
from tf.utils import Diagnostics

ACCOUNT, REGION = "123456789012", "us-east-1"
Values = dict[str, Any]
JSON = {"assume_role_policy", "container_definitions", "definition", "input", "policy"}

TEXT, TEXTS, NUMBER, SWITCH, MAP = String(), List(String()), Number(), Bool(), Map(String())
SET = Set(String())


class ListNestedBlock(SetNestedBlock):
    """A block that can be repeated, in an order that counts."""

    def to_pb(self) -> pb.Schema.NestedBlock:
        message = super().to_pb()
        message.nesting = pb.Schema.NestedBlock.NestingMode.LIST
        return message

    def semantically_equal(self, a_decoded: Any, b_decoded: Any) -> bool:
        return bool(a_decoded == b_decoded)


def required(*names: str, type: TfType = TEXT) -> list[Attribute]:
    return [Attribute(name, type, required=True) for name in names]


def fixed(*names: str, type: TfType = TEXT) -> list[Attribute]:
    """Required, and a change replaces the resource."""
    return [Attribute(name, type, required=True, requires_replace=True) for name in names]


def optional(*names: str, type: TfType = TEXT, replaces: bool = False) -> list[Attribute]:
    return [Attribute(name, type, optional=True, requires_replace=replaces) for name in names]


def flat(attributes: Iterable[list[Attribute]]) -> list[Attribute]:
    return list(chain.from_iterable(attributes))


def block(name: str, *attributes: list[Attribute], blocks: tuple[NestedBlock, ...] = ()) -> NestedBlock:
    return ListNestedBlock(name, Block(flat(attributes), list(blocks)))


def set_block(name: str, *attributes: list[Attribute]) -> NestedBlock:
    return SetNestedBlock(name, Block(flat(attributes)))


class Kind:
    """What resources and data sources have in common. Templates say what AWS computes, such as an ARN."""

    name: ClassVar[str]
    attributes: ClassVar[list[Attribute]]
    blocks: ClassVar[tuple[NestedBlock, ...]]
    computed: ClassVar[dict[str, str]]
    types: ClassVar[dict[str, TfType]]
    limits: ClassVar[dict[str, int]]
    key: ClassVar[str]

    def __init__(self, account: Account) -> None:
        self.account = account

    @classmethod
    def get_name(cls) -> str:
        return cls.name

    @classmethod
    def get_schema(cls) -> Schema:
        computed = [Attribute(name, cls.types.get(name, TEXT), computed=True) for name in cls.computed]
        return Schema([*cls.attributes, *computed], version=0, block_types=list(cls.blocks))

    @classmethod
    def complete(cls, values: Values) -> Values:
        names = {"account": ACCOUNT, "region": REGION, **values}
        return {**values, **{name: template.format(**names) for name, template in cls.computed.items()}}

    @classmethod
    def faults(cls, config: Values) -> list[tuple[str, str]]:
        """(attribute, problem) where the real provider refuses a value."""
        known = {name: value for name, value in config.items() if isinstance(value, str)}
        long = [
            (name, f"{len(known[name])} characters, but at most {limit} are allowed: {known[name]}")
            for name, limit in cls.limits.items()
            if len(known.get(name, "")) > limit
        ]
        return long + [(name, "not JSON") for name in sorted(JSON & known.keys()) if not _is_json(known[name])]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


class Account:
    """The names that exist in AWS, by type: data sources find these and `elsewhere`, what the checkout does not create."""

    def __init__(self, elsewhere: dict[str, str]) -> None:
        self.names: set[tuple[str, str]] = set()
        self.elsewhere = {kind: re.compile(pattern) for kind, pattern in elsewhere.items()}

    def has(self, kind: str, name: str) -> bool:
        pattern = self.elsewhere.get(kind)
        return (kind, name) in self.names or bool(pattern and pattern.fullmatch(name))


class StandInResource(Kind, Resource):
    def validate(self, diags: Diagnostics, type_name: str, config: Values) -> None:
        for name, problem in self.faults(config):
            diags.add_error(f"invalid {name}: {problem}", path=[name])

    def create(self, ctx: CreateContext, planned: Values) -> Values:
        state = self.complete(planned)
        self.account.names.add((f"aws_{self.name}", state[self.key]))
        return state

    def read(self, ctx: ReadContext, current: Values) -> Values:
        return current

    def update(self, ctx: UpdateContext, current: Values, planned: Values) -> Values:
        return planned

    def delete(self, ctx: DeleteContext, current: Values) -> None:
        self.account.names.discard((f"aws_{self.name}", current[self.key]))

    def upgrade(self, ctx: UpgradeContext, version: int, old: Values) -> Values:
        return old


class StandInData(Kind, DataSource):
    compute: ClassVar[Callable[[Values], Values]]

    def validate(self, diags: Diagnostics, type_name: str, config: Values) -> None:
        pass

    def read(self, ctx: ReadDataContext, config: Values) -> Values:
        if self.key and not self.account.has(f"aws_{self.name}", config[self.key]):
            ctx.diagnostics.add_error(f"no aws_{self.name} named {config[self.key]}")
        return self.complete({**config, **type(self).compute(config)})


def resource(
    name: str,
    *attributes: list[Attribute],
    computed: dict[str, str],
    key: str = "id",
    blocks: tuple[NestedBlock, ...] = (),
    limits: dict[str, int] | None = None,
    types: dict[str, TfType] | None = None,
) -> type[Resource]:
    """A resource type. `computed` are templates over its other values; `key` is what is unique in the account."""
    members = {"name": name, "attributes": flat(attributes), "computed": computed, "key": key, "blocks": blocks}
    return type(name, (StandInResource,), {**members, "limits": limits or {}, "types": types or {}})


def data(
    name: str,
    *attributes: list[Attribute],
    computed: dict[str, str] | None = None,
    key: str = "",
    blocks: tuple[NestedBlock, ...] = (),
    compute: Callable[[Values], Values] = lambda config: {},
    types: dict[str, TfType] | None = None,
) -> type[DataSource]:
    """A data source. With a `key` it has to find something of that name, or fails."""
    members = {
        "name": name,
        "attributes": flat(attributes),
        "computed": computed or {},
        "key": key,
        "blocks": blocks,
    }
    return type(name, (StandInData,), {**members, "limits": {}, "types": types or {}, "compute": staticmethod(compute)})
