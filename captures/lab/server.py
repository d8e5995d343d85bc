"""All servers of the lab in one process: HTTP, HTTPS, HTTP/3 and the push service, each on the address of its name.

  server.py CERTIFICATE KEY LOG

Writes one JSON line a connection to LOG when it is over: both ends, and the octets of transport payload that came and
went, counted at the socket, below TLS. That count is the truth which the captures are measured against."""
import asyncio
import json
import re
import socket
import ssl
import sys
import threading

from aioquic.asyncio import QuicConnectionProtocol
from aioquic.asyncio.server import QuicServer
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration

import plan

log_path = None     # set by whoever runs the servers
log_lock = threading.Lock()


def log(**record):
    with log_lock, open(log_path, "a", encoding="utf-8") as f:
        f.write(json.dumps(record) + "\n")


def answer(path):
    """Status and body for a path: the last number in it is the size."""
    if path.endswith("/generate_204"):
        return 204, b""
    size = re.findall(r"\d+", path)
    return 200, (b"0123456789abcdef" * (int(size[-1]) // 16 + 1))[:int(size[-1])] if size else b'{"ok":true}'


class Wire:
    """One accepted connection: plaintext in and out, with the octets on the socket counted."""

    def __init__(self, connection, context):
        self.connection, self.received, self.sent = connection, 0, 0
        self.tls = None
        if context:
            self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
            self.drive(self.tls.do_handshake)

    def pull(self):
        data = self.connection.recv(65536)
        self.received += len(data)
        return data

    def push(self, data):
        self.connection.sendall(data)
        self.sent += len(data)

    def drive(self, call):
        """Runs one TLS operation to its end, moving records in and out."""
        while True:
            try:
                result = call()
                self.flush()
                return result
            except ssl.SSLWantReadError:
                self.flush()
                data = self.pull()
                if data:
                    self.incoming.write(data)
                else:
                    self.incoming.write_eof()

    def flush(self):
        if self.outgoing.pending:
            self.push(self.outgoing.read())

    def read(self):
        if not self.tls:
            return self.pull()
        try:
            return self.drive(lambda: self.tls.read(65536))
        except ssl.SSLError:
            return b""

    def write(self, data):
        if self.tls:
            self.drive(lambda: self.tls.write(data))
        else:
            self.push(data)

    def drain(self):
        """Counts what still comes until the client has closed."""
        self.connection.shutdown(socket.SHUT_WR)
        while self.pull():
            pass


def http(wire):
    """Answers requests until the client closes."""
    buffer = b""
    while True:
        while b"\r\n\r\n" not in buffer:
            data = wire.read()
            if not data:
                return
            buffer += data
        head, buffer = buffer.split(b"\r\n\r\n", 1)
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        left = int(length[1]) if length else 0
        while len(buffer) < left:
            buffer += wire.read()
        buffer = buffer[left:]
        status, body = answer(head.split(b" ")[1].decode())
        wire.write(b"HTTP/1.1 %d %s\r\nServer: lab\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n"
                   % (status, b"OK" if status == 200 else b"No Content", len(body)) + body)


def push(wire):
    """Returns every message as it came."""
    while data := wire.read():
        wire.write(data)


def handle(connection, peer, here, name, context, service):
    connection.settimeout(120)
    wire = None
    try:
        wire = Wire(connection, context)
        service(wire)
        wire.drain()
    except OSError as error:
        print(name, error, file=sys.stderr)
    connection.close()
    if wire:
        log(proto="tcp", host=name, client=list(peer[:2]), server=list(here[:2]), tls=wire.tls.version() if wire.tls else None,
            wire_up=wire.received, wire_down=wire.sent)


def listen(name, address, port, context, service):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        listening.listen(64)
        while True:
            connection, peer = listening.accept()
            threading.Thread(target=handle, args=(connection, peer, (address, port), name, context, service), daemon=True).start()


def tls_context(version, certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.minimum_version = context.maximum_version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[version]
    context.set_alpn_protocols(["http/1.1"])
    return context


class HTTP3(QuicConnectionProtocol):
    """Answers HTTP/3 requests once they are complete."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.http, self.paths = None, {}

    def quic_event_received(self, event):
        if self.http is None:
            self.http = H3Connection(self._quic)
        for happened in self.http.handle_event(event):
            if isinstance(happened, HeadersReceived):
                self.paths[happened.stream_id] = dict(happened.headers)[b":path"].decode()
            if isinstance(happened, (HeadersReceived, DataReceived)) and happened.stream_ended:
                status, body = answer(self.paths.pop(happened.stream_id))
                self.http.send_headers(happened.stream_id, [(b":status", b"%d" % status), (b"server", b"lab"),
                                                           (b"content-length", b"%d" % len(body))])
                self.http.send_data(happened.stream_id, body, end_stream=True)
                self.transmit()


class Counting:
    """A datagram protocol around aioquic's that counts payload octets by client."""

    def __init__(self, inner, totals):
        self.inner, self.totals = inner, totals

    def connection_made(self, transport):
        totals = self.totals

        class Transport:
            def sendto(self, data, peer=None):
                totals.setdefault(tuple(peer[:2]), [0, 0])[1] += len(data)
                transport.sendto(data, peer)

            def __getattr__(self, name):
                return getattr(transport, name)

        self.inner.connection_made(Transport())

    def datagram_received(self, data, peer):
        self.totals.setdefault(tuple(peer[:2]), [0, 0])[0] += len(data)
        self.inner.datagram_received(data, peer)

    def __getattr__(self, name):
        return getattr(self.inner, name)


async def quic(name, address, certificate, key):
    configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN)
    configuration.load_cert_chain(certificate, key)
    totals = {}
    await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Counting(QuicServer(configuration=configuration, create_protocol=HTTP3), totals), local_addr=(address, 443))
    return name, address, totals


def log_quic(quics):
    """Logs what QUIC carried. It has no end that a server sees: called when all is over."""
    for name, address, totals in quics:
        for client, (received, sent) in sorted(totals.items()):
            log(proto="udp", host=name, client=list(client), server=[address, 443], tls="TLSv1.3",
                wire_up=received, wire_down=sent)


async def main():
    global log_path
    certificate, key, log_path = sys.argv[1:4]
    contexts = {version: tls_context(version, certificate, key) for version in ("1.2", "1.3")}
    quics = []
    for name, host in plan.HOSTS.items():
        for address in plan.addresses(name):
            services = [(80, None, http)] if host.tls is None else [(443, contexts[host.tls], http)]
            if name.startswith("push."):
                services = [(plan.PUSH_PORT, contexts[host.tls], push)]
            for port, context, service in services:
                threading.Thread(target=listen, args=(name, address, port, context, service), daemon=True).start()
            if host.quic:
                quics.append(await quic(name, address, certificate, key))
    print("ready", flush=True)
    # Ends with standard input.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    log_quic(quics)


if __name__ == "__main__":
    asyncio.run(main())
