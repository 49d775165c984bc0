"""A gRPC client that knows nothing of the services it calls: it asks the server for their descriptors.

No generated stub is used. Requests are dictionaries in the JSON shape of protobuf.
"""

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

# The messages of v1alpha and v1 are the same on the wire; the package has them under the older name.
from grpc_reflection.v1alpha import reflection_pb2

REFLECTION = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
LIMIT_SECONDS = 60


class Client:
    """One mutual-TLS connection under one certificate."""

    def __init__(self, address, authority, certificate=None, key=None):
        credentials = grpc.ssl_channel_credentials(authority, key, certificate)
        self.channel = grpc.secure_channel(address, credentials)
        self._pool = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()

    def services(self):
        """Names of the services the server tells of."""
        answer = self._reflect(reflection_pb2.ServerReflectionRequest(list_services=""))
        return sorted(service.name for service in answer.list_services_response.service)

    def message(self, name):
        """The class of a message, by its full name."""
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName(name))

    @property
    def pool(self):
        """Descriptors of everything the server offers."""
        if self._pool is None:
            self._pool = descriptor_pool.DescriptorPool()
            known = set()
            for service in self.services():
                request = reflection_pb2.ServerReflectionRequest(file_containing_symbol=service)
                self._learn(self._files(request), known)
        return self._pool

    def call(self, method, **request):
        """A call with one request; `method` is `package.Service/Method`. Answers of a stream come one by one."""
        kind, found = self._method(method)
        return kind(self._request(found, request), timeout=LIMIT_SECONDS)

    def stream(self, method, requests):
        """A call that streams both ways; `requests` yields dictionaries."""
        kind, found = self._method(method)
        return kind((self._request(found, request) for request in requests), timeout=LIMIT_SECONDS)

    def _method(self, method):
        service, name = method.split("/")
        found = self.pool.FindServiceByName(service).FindMethodByName(name)
        answer = message_factory.GetMessageClass(found.output_type)
        kinds = {
            (False, False): self.channel.unary_unary,
            (False, True): self.channel.unary_stream,
            (True, True): self.channel.stream_stream,
        }
        kind = kinds[found.client_streaming, found.server_streaming]
        serialize = lambda message: message.SerializeToString()
        return kind(f"/{method}", serialize, answer.FromString), found

    @staticmethod
    def _request(method, request):
        return json_format.ParseDict(request, message_factory.GetMessageClass(method.input_type)())

    def _learn(self, files, known):
        """Adds files to the pool, each after those it imports."""
        for file in files:
            if file.name in known:
                continue
            known.add(file.name)
            for imported in file.dependency:
                if imported not in known:
                    request = reflection_pb2.ServerReflectionRequest(file_by_filename=imported)
                    self._learn(self._files(request), known)
            self._pool.Add(file)

    def _files(self, request):
        answer = self._reflect(request).file_descriptor_response
        return [descriptor_pb2.FileDescriptorProto.FromString(file) for file in answer.file_descriptor_proto]

    def _reflect(self, request):
        call = self.channel.stream_stream(
            REFLECTION,
            reflection_pb2.ServerReflectionRequest.SerializeToString,
            reflection_pb2.ServerReflectionResponse.FromString,
        )
        (answer,) = call(iter([request]), timeout=LIMIT_SECONDS)
        return answer
