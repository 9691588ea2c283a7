"""Stand-ins for the providers of the sample: their schemas, and what AWS computes, without AWS."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path

import grpc
from tf.gen import grpc_controller_pb2 as controller
from tf.gen import grpc_controller_pb2_grpc as controller_rpc
from tf.gen import tfplugin_pb2_grpc as rpc
from tf.iface import DataSource, Provider, Resource
from tf.provider import ProviderServicer
from tf.schema import Schema
from tf.utils import Diagnostics

from tests.plans.aws import ARCHIVE_DATA, DATA, ELSEWHERE, RESOURCES
from tests.plans.kinds import Account, Kind, Values, optional

# The attribute that is unique in the account, and the one that something is looked up by, by type.
KEYS = {f"aws_{kind.get_name()}": kind.key for kind in RESOURCES if issubclass(kind, Kind)}
LOOK_UPS = {f"aws_{kind.get_name()}": kind.key for kind in DATA if issubclass(kind, Kind) and kind.key}


class StandIn(Provider):
    def __init__(
        self, name: str, resources: list[type[Resource]], data: list[type[DataSource]], account: Account
    ) -> None:
        self.name, self.resources, self.data, self.account = name, resources, data, account

    def get_model_prefix(self) -> str:
        return f"{self.name}_"

    def get_provider_schema(self, diags: Diagnostics) -> Schema:
        return Schema(optional("region"))

    def full_name(self) -> str:
        return f"registry.terraform.io/hashicorp/{self.name}"

    def validate_config(self, diags: Diagnostics, config: Values) -> None:
        pass

    def configure_provider(self, diags: Diagnostics, config: Values) -> None:
        pass

    def get_data_sources(self) -> list[type[DataSource]]:
        return self.data

    def get_resources(self) -> list[type[Resource]]:
        return self.resources

    def new_resource(self, klass: type[Resource]) -> Resource:
        assert issubclass(klass, Kind)
        return klass(self.account)

    def new_data_source(self, klass: type[DataSource]) -> DataSource:
        assert issubclass(klass, Kind)
        return klass(self.account)


class _Controller(controller_rpc.GRPCControllerServicer):
    """What Terraform asks to stop its providers; these go on, for the next plan."""

    def Shutdown(self, request: object, context: object) -> controller.Empty:
        return controller.Empty()


@contextmanager
def served(folder: Path) -> Iterator[Account]:
    """Serve the providers, which share an account, at sockets in a folder."""
    account = Account(ELSEWHERE)
    servers = []
    for provider in (StandIn("aws", RESOURCES, DATA, account), StandIn("archive", [], ARCHIVE_DATA, account)):
        server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
        rpc.add_ProviderServicer_to_server(ProviderServicer(provider), server)
        controller_rpc.add_GRPCControllerServicer_to_server(_Controller(), server)
        server.add_insecure_port(f"unix:{folder / provider.name}")
        server.start()
        servers.append(server)
    try:
        yield account
    finally:
        for server in servers:
            server.stop(None)
