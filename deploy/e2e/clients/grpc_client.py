"""A gRPC client that knows the system by reflection alone; prints what it saw as JSON.

Usage: grpc_client.py HOST:PORT OPEN_US, the latter being the open of a session after the replay.
Needs grpc and protobuf for Python, none of the project's files.
"""

import json
import struct
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

DEADLINE_SECONDS = 60
FIELD = descriptor_pb2.FieldDescriptorProto


def message_class(descriptor):
    """The class of a message; newer versions of protobuf name the way differently."""
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory().GetPrototype(descriptor)


def declare(pool, package, messages):
    """Adds messages to a pool: {name: [(field, number, type, message type, repeated)]}."""
    file = descriptor_pb2.FileDescriptorProto(name=f"{package}.proto", package=package, syntax="proto3")
    for name, fields in messages.items():
        message = file.message_type.add(name=name)
        for field, number, kind, of, repeated in fields:
            added = message.field.add(name=field, number=number, type=kind)
            added.label = FIELD.LABEL_REPEATED if repeated else FIELD.LABEL_OPTIONAL
            if of:
                added.type_name = f".{package}.{of}"
    pool.Add(file)
    return {name: message_class(pool.FindMessageTypeByName(f"{package}.{name}")) for name in messages}


def reflection(pool):
    """The part of the reflection protocol that is used here. Source: grpc/reflection.proto."""
    return declare(pool, "grpc.reflection.v1alpha", {
        "ServerReflectionRequest": [
            ("host", 1, FIELD.TYPE_STRING, None, False),
            ("file_containing_symbol", 4, FIELD.TYPE_STRING, None, False),
            ("list_services", 7, FIELD.TYPE_STRING, None, False),
        ],
        "FileDescriptorResponse": [("file_descriptor_proto", 1, FIELD.TYPE_BYTES, None, True)],
        "ServiceResponse": [("name", 1, FIELD.TYPE_STRING, None, False)],
        "ListServiceResponse": [("service", 1, FIELD.TYPE_MESSAGE, "ServiceResponse", True)],
        "ErrorResponse": [("error_message", 2, FIELD.TYPE_STRING, None, False)],
        "ServerReflectionResponse": [
            ("file_descriptor_response", 4, FIELD.TYPE_MESSAGE, "FileDescriptorResponse", False),
            ("list_services_response", 6, FIELD.TYPE_MESSAGE, "ListServiceResponse", False),
            ("error_response", 7, FIELD.TYPE_MESSAGE, "ErrorResponse", False),
        ],
    })


class System:
    """Calls any method of any service that reflection tells of."""

    def __init__(self, channel):
        self.channel = channel
        self.pool = descriptor_pool.DescriptorPool()
        self.added = set()
        self.kinds = reflection(descriptor_pool.DescriptorPool())
        listed = self._reflect(list_services="*").list_services_response.service
        self.services = sorted(service.name for service in listed)
        for name in self.services:
            if name.startswith("sluice."):
                self._load(name)

    def _reflect(self, **request):
        call = self.channel.stream_stream(
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=self.kinds["ServerReflectionResponse"].FromString,
        )
        asked = self.kinds["ServerReflectionRequest"](**request)
        answer = next(call(iter([asked]), timeout=DEADLINE_SECONDS))
        if answer.HasField("error_response"):
            raise RuntimeError(answer.error_response.error_message)
        return answer

    def _load(self, symbol):
        answer = self._reflect(file_containing_symbol=symbol)
        files = [descriptor_pb2.FileDescriptorProto.FromString(raw)
                 for raw in answer.file_descriptor_response.file_descriptor_proto]
        known = {file.name: file for file in files}

        def add(file):
            if file.name in self.added:
                return
            self.added.add(file.name)
            for dependency in file.dependency:
                add(known[dependency])
            self.pool.Add(file)

        for file in files:
            add(file)

    def message(self, name, **fields):
        return message_class(self.pool.FindMessageTypeByName(name))(**fields)

    def call(self, path, requests):
        """Calls `service/method`; one message or an iterable of them, as the method wants."""
        service, name = path.split("/")
        found = self.pool.FindServiceByName(service)
        method = found.methods_by_name[name]
        proto = descriptor_pb2.ServiceDescriptorProto()
        found.CopyToProto(proto)
        shape = next(candidate for candidate in proto.method if candidate.name == name)
        kind = {
            (False, False): self.channel.unary_unary,
            (False, True): self.channel.unary_stream,
            (True, False): self.channel.stream_unary,
        }[(shape.client_streaming, shape.server_streaming)]
        return kind(
            f"/{path}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=message_class(method.output_type).FromString,
        )(requests, timeout=DEADLINE_SECONDS)


def health(channel, service):
    """Status of a service: 1 is SERVING. Source: grpc/health/v1/health.proto."""
    kinds = declare(descriptor_pool.DescriptorPool(), "grpc.health.v1", {
        "HealthCheckRequest": [("service", 1, FIELD.TYPE_STRING, None, False)],
        "HealthCheckResponse": [("status", 1, FIELD.TYPE_INT32, None, False)],
    })
    check = channel.unary_unary(
        "/grpc.health.v1.Health/Check",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=kinds["HealthCheckResponse"].FromString,
    )
    return check(kinds["HealthCheckRequest"](service=service), timeout=DEADLINE_SECONDS).status


def packed(index, time_us, price):
    """One record: symbol index, a reserved word, time, price, size, bid, ask."""
    return struct.pack("<II5d", index, 0, time_us, price, 100.0, 0.0, 0.0)


def refusal(call):
    """The status that a call ends with."""
    try:
        call()
    except grpc.RpcError as error:
        return {"code": error.code().name, "details": error.details()}
    return None


def changes_until(stream, last):
    """The changes of a watched symbol up to the one with this last price."""
    for change in stream:
        yield change
        if change.quotes[0].last == last:
            return


def market(system, open_us):
    prefix = "sluice.market.v1"
    get = system.message(f"{prefix}.GetRequest", symbols=["AAPL", "KO"])
    watch = system.message(f"{prefix}.WatchRequest", symbols=["KO"], interval_ms=1)
    stream = system.call(f"{prefix}.MarketData/Watch", watch)
    first = next(stream)

    def batches():
        # Sequences 3 and 4 never come; the last batch has one record of each kind of refusal.
        for sequence, records in (
            (1, [packed(0, open_us + 1, 130.0), packed(1, open_us + 2, 50.0)]),
            (2, [packed(1, open_us + 3, 50.5)]),
            (5, [packed(0, open_us + 4, float("nan")), packed(0, open_us + 5, -1.0),
                 packed(7, open_us + 6, 130.0), packed(0, open_us, 130.0)]),
        ):
            yield system.message(f"{prefix}.IngestRequest", source="python", sequence=sequence,
                                 symbols=["AAPL", "KO"], prints=b"".join(records))

    ingested = system.call(f"{prefix}.MarketData/Ingest", batches())
    # The answer says that the prints are kept; the actors take them a moment later.
    watched = [first, *changes_until(stream, last=50.5)]
    stream.cancel()
    unknown = system.message(f"{prefix}.GetRequest", symbols=["NOPE"])
    return {
        "quotes": system.call(f"{prefix}.MarketData/Get", get),
        "watched": watched,
        "ingest": ingested,
        "feed": system.call(f"{prefix}.MarketData/GetFeed",
                            system.message(f"{prefix}.GetFeedRequest")),
        "unknown": refusal(lambda: system.call(f"{prefix}.MarketData/Get", unknown)),
    }


def funnel(system):
    prefix = "sluice.funnel.v1"
    return {
        "shown": system.call(f"{prefix}.Funnel/Get", system.message(f"{prefix}.GetFunnelRequest")),
        "explained": system.call(f"{prefix}.Funnel/Explain",
                                 system.message(f"{prefix}.ExplainRequest", symbol="KO")),
        "diff": system.call(f"{prefix}.Funnel/Diff", system.message(f"{prefix}.DiffRequest")),
    }


def portfolio(system):
    prefix = "sluice.portfolio.v1"
    trade = system.message(f"{prefix}.Trade", symbol="XOM", side="buy", quantity="3")
    command = system.message(f"{prefix}.CommandRequest", portfolio="megacaps",
                             command_id="python-1", trade=trade)
    risk = "sluice.risk.v1"
    return {
        "commands": [system.call(f"{prefix}.Portfolio/Command", command) for _ in range(2)],
        "held": system.call(f"{prefix}.Portfolio/Get",
                            system.message(f"{prefix}.GetPortfolioRequest", id="megacaps")),
        "risk": system.call(f"{risk}.Risk/Get",
                            system.message(f"{risk}.GetRiskRequest", portfolio="megacaps")),
    }


def plain(value):
    """Messages as what JSON can hold; fields with default values included."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if hasattr(value, "DESCRIPTOR"):
        return json_format.MessageToDict(value, including_default_value_fields=True)
    return value


def main(address, open_us):
    with grpc.insecure_channel(address) as channel:
        system = System(channel)
        prefix = "sluice.supervision.v1"
        tree = system.message(f"{prefix}.TreeRequest", match="symbol/")
        seen = {
            "services": system.services,
            "health": {name: health(channel, name) for name in ["", *system.services]
                       if not name.startswith("grpc.")},
            "market": market(system, open_us),
            "funnel": funnel(system),
            "portfolio": portfolio(system),
            "tree": system.call(f"{prefix}.Supervision/Tree", tree),
        }
        print(json.dumps(plain(seen)))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
