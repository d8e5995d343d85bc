"""One run of one simulated app: does what the plan says, when it says it. Runs as the app's own user.

  app.py FOLDER RUN WORK

Touches WORK/ready when it could begin, begins when WORK/go is there, writes WORK/markers (when it was in foreground and
in background) and WORK/exchanges (one JSON line each: what was asked of whom, how many octets of body went each way)."""
import asyncio
import contextlib
import json
import os
import pathlib
import re
import socket
import ssl
import sys
import time

import h2.config
import h2.connection
import h2.events
from aioquic.asyncio import connect
from aioquic.h3.connection import H3_ALPN
from aioquic.quic.configuration import QuicConfiguration

import cast
import plan
from client import HTTP3

folder, run, work = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
AGENT = f"{cast.APPS[folder].label}/1.0 (simulated)"
PATIENCE = 30       # seconds for one exchange: a run with a hole in its plan is not worth keeping


def write(name, record):
    with open(work / name, "a", encoding="utf-8") as f:
        f.write(json.dumps(record) + "\n")


def mark(event):
    write("markers", {"t": round(time.time(), 6), "event": event, "app": f"example.{folder}", "device": f"phone-{folder}"})


async def resolve(name, port):
    """Asks the name server for both families and takes IPv6 where there is some, as phones do."""
    found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return sorted(found, key=lambda each: each[0] != socket.AF_INET6)[0][4][0]


class Stream:
    """A TCP connection, with TLS where the host has it. Kept open from request to request."""

    def __init__(self, host, port, tls):
        self.host, self.port, self.tls, self.http2 = host, port, tls, None

    async def open(self):
        context = ssl._create_unverified_context() if self.tls else None     # the certificates are signed by nobody
        if context and self.port == 443:
            context.set_alpn_protocols(["h2", "http/1.1"])
        address = await resolve(self.host, self.port)
        self.reader, self.writer = await asyncio.open_connection(
            address, self.port, ssl=context, server_hostname=self.host if self.tls else None)
        if self.tls and self.writer.get_extra_info("ssl_object").selected_alpn_protocol() == "h2":
            self.http2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
            self.http2.initiate_connection()

    async def send(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def request(self, method, path, body):
        """HTTP version, status and octets of the answer's body."""
        return await (self.request2 if self.http2 else self.request1)(method, path, body)

    async def request1(self, method, path, body):
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\nUser-Agent: {AGENT}\r\nAccept: */*\r\n"
        if body:
            head += f"Content-Type: application/octet-stream\r\nContent-Length: {len(body)}\r\n"
        await self.send(head.encode() + b"\r\n" + body)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", answer)[1])
        await self.reader.readexactly(length)
        return "1.1", int(answer[9:12]), length

    async def request2(self, method, path, body):
        stream = self.http2.get_next_available_stream_id()
        self.http2.send_headers(stream, [(":method", method), (":scheme", "https"), (":authority", self.host), (":path", path),
                                         ("user-agent", AGENT), ("accept", "*/*")], end_stream=not body)
        status = received = 0
        ended = False
        while not ended:
            # As much of the body as the server's window takes now.
            while body and (room := min(self.http2.local_flow_control_window(stream), self.http2.max_outbound_frame_size)):
                self.http2.send_data(stream, body[:room], end_stream=len(body) <= room)
                body = body[room:]
            await self.send(self.http2.data_to_send())
            data = await self.reader.read(65536)
            if not data:
                raise ConnectionError("closed in mid-request")
            for event in self.http2.receive_data(data):
                if isinstance(event, h2.events.ResponseReceived):
                    status = int(dict(event.headers)[b":status"])
                elif isinstance(event, h2.events.DataReceived):
                    received += len(event.data)
                    self.http2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamEnded):
                    ended = True
        await self.send(self.http2.data_to_send())
        return "2", status, received

    async def close(self):
        if self.http2:
            self.http2.close_connection()
            await self.send(self.http2.data_to_send())
        self.writer.close()
        with contextlib.suppress(OSError):      # the server ends TCP without ending TLS
            await self.writer.wait_closed()


class Quic:
    """A QUIC connection, kept open from request to request."""

    def __init__(self, host):
        self.host, self.stack = host, contextlib.AsyncExitStack()

    async def open(self):
        configuration = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN, verify_mode=ssl.CERT_NONE, server_name=self.host)
        self.http = await self.stack.enter_async_context(
            connect(await resolve(self.host, 443), 443, configuration=configuration, create_protocol=HTTP3))

    async def request(self, method, path, body):
        assert not body
        got = await self.http.request(self.host, method, path, AGENT)
        return "3", got["status"], got["size"]

    async def close(self):
        await self.stack.aclose()


class Connections:
    """At most one connection to a host. A request waits for the one before it, and reuses its connection."""

    def __init__(self):
        self.open, self.locks = {}, {}

    async def to(self, name):
        if name not in self.open:
            host = plan.HOSTS[plan.ALIASES.get(name, name)]
            port = cast.PUSH_PORT if name.startswith("push.") else 443 if host.tls else 80
            connection = Quic(name) if host.quic else Stream(name, port, host.tls)
            await connection.open()
            self.open[name] = connection
        return self.open[name]

    async def exchange(self, host, method, path, size, phase):
        began = time.time()
        async with self.locks.setdefault(host, asyncio.Lock()):
            connection = await self.to(host)
            http, status, down = await connection.request(method, path, os.urandom(size))
        write("exchanges", {"t": round(began, 6), "host": host, "method": method, "path": path, "http": http, "status": status,
                            "body_up": size, "body_down": down, "phase": phase})

    async def close(self, keep=()):
        for host in [host for host in self.open if host not in keep]:
            await self.open.pop(host).close()


async def push(connections, host, interval, phase):
    """A connection that the app keeps open for messages, as push services have; over all phases."""
    connection = await connections.to(host)
    while True:
        began = time.time()
        await connection.send(os.urandom(40))
        await connection.reader.readexactly(40)
        write("exchanges", {"t": round(began, 6), "host": host, "method": "push", "path": "", "http": None, "status": None,
                            "body_up": 40, "body_down": 40, "phase": phase[0]})
        await asyncio.sleep(interval)


async def main():
    connections, pushes, phase = Connections(), [], [""]       # phase: the name of the present one, for all tasks

    async def act(start, when, host, method, path, size):
        await asyncio.sleep(start + when - time.monotonic())
        if method == "keypress":
            mark("keypress")
        elif method == "push":
            pushes.append((host, asyncio.create_task(push(connections, host, size, phase))))
        else:
            async with asyncio.timeout(PATIENCE):
                await connections.exchange(host, method, path, size, phase[0])

    (work / "ready").touch()
    while not (work.parent / "go").exists():
        await asyncio.sleep(0.05)
    # The apps start one after the other, not all in the same instant.
    await asyncio.sleep(0.25 * cast.number(folder))
    timetable = plan.phases(folder, run)
    for n, (name, seconds, actions) in enumerate(timetable):
        start, phase[0] = time.monotonic(), name
        mark(name)
        await asyncio.gather(*(act(start, *action) for action in actions))
        await asyncio.sleep(start + seconds - time.monotonic())
        # The end of a phase belongs to it: what the next one has no use for is closed before its marker.
        wanted = {action[1] for _, _, later in timetable[n + 1:] for action in later}
        await connections.close(keep=wanted | {host for host, _ in pushes})
    for _, task in pushes:
        if task.done():
            task.result()       # a push connection that broke is a hole in the plan, too
        task.cancel()
    await connections.close()
    await asyncio.sleep(0.3)
    mark("end")


asyncio.run(main())
