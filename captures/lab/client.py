"""One simulated app: does what its plan says, when it says it. Runs as the app's own user.

  client.py APP LOG

Writes one JSON line an exchange to LOG: what was asked of whom, and how many octets of body went each way."""
import asyncio
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time

from aioquic.asyncio import QuicConnectionProtocol, connect
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration

import plan

lock = threading.Lock()


def log(**record):
    with lock, open(log_path, "a", encoding="utf-8") as f:
        f.write(json.dumps(record) + "\n")


def curl(scheme, host, requests):
    """One run of curl, which keeps its connection from request to request."""
    command, bodies = ["curl"], []
    began = time.time()
    for n, (method, path, size) in enumerate(requests):
        # -k: the servers' certificates are signed by nobody.
        command += (["--next"] if n else []) + ["-sS", "-k", "--max-time", "60", "-A", app.agent, "-X", method, "-o", "/dev/null",
                                                "-w", "%{json}\n", f"{scheme}://{host}{path}"]
        if size:
            bodies.append(f"{os.environ['LAB_WORK']}/body-{os.getpid()}-{threading.get_ident()}-{n}")
            with open(bodies[-1], "wb") as f:
                f.write(os.urandom(size))
            command += ["--data-binary", "@" + bodies[-1], "-H", "Content-Type: application/octet-stream"]
    ran = subprocess.run(command, capture_output=True, text=True)
    for body in bodies:
        os.unlink(body)
    if ran.returncode:
        print(" ".join(command), ran.stderr, file=sys.stderr)
        os._exit(1)     # a capture with a hole in its plan is not worth keeping
    for (method, path, size), line in zip(requests, ran.stdout.splitlines()):
        done = json.loads(line)
        log(t=round(began, 3), tool="curl", scheme=scheme, host=host, method=method, path=path, http=done["http_version"],
            status=done["http_code"], local=[done["local_ip"], done["local_port"]], remote=[done["remote_ip"], done["remote_port"]],
            body_up=size, body_down=done["size_download"])


class HTTP3(QuicConnectionProtocol):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.http, self.waiting = H3Connection(self._quic), {}

    def quic_event_received(self, event):
        for happened in self.http.handle_event(event):
            waiter = self.waiting.get(getattr(happened, "stream_id", None))
            if waiter is None:
                continue
            if isinstance(happened, HeadersReceived):
                waiter["status"] = int(dict(happened.headers)[b":status"])
            if isinstance(happened, DataReceived):
                waiter["size"] += len(happened.data)
            if happened.stream_ended:
                waiter["done"].set_result(None)

    async def request(self, host, method, path, agent):
        stream = self._quic.get_next_available_stream_id()
        waiter = self.waiting[stream] = {"size": 0, "status": 0, "done": asyncio.get_running_loop().create_future()}
        self.http.send_headers(stream, [(b":method", method.encode()), (b":scheme", b"https"), (b":authority", host.encode()),
                                        (b":path", path.encode()), (b"user-agent", agent.encode())], end_stream=True)
        self.transmit()
        await waiter["done"]
        return waiter


async def h3(host, requests):
    configuration = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN, verify_mode=ssl.CERT_NONE, server_name=host)
    began = time.time()
    async with connect(host, 443, configuration=configuration, create_protocol=HTTP3) as connection:
        for method, path, _ in requests:
            got = await connection.request(host, method, path, app.agent)
            log(t=round(began, 3), tool="aioquic", scheme="https", host=host, method=method, path=path, http="3",
                status=got["status"], body_up=0, body_down=got["size"])


def push(host, seconds, interval):
    """A connection that the app keeps open for messages, as push services have."""
    context = ssl._create_unverified_context()
    began, messages = time.time(), 0
    with socket.create_connection((host, plan.PUSH_PORT)) as plain, context.wrap_socket(plain, server_hostname=host) as tls:
        while time.time() < began + seconds:
            tls.sendall(os.urandom(40))
            left = 40
            while left:
                left -= len(tls.recv(left))
            messages += 1
            time.sleep(interval)
        log(t=round(began, 3), tool="python", scheme="push", host=host, local=list(tls.getsockname()[:2]),
            remote=list(tls.getpeername()[:2]), body_up=40 * messages, body_down=40 * messages)


def act(action, *arguments):
    try:
        {"https": lambda: curl("https", *arguments), "http": lambda: curl("http", *arguments),
         "h3": lambda: asyncio.run(h3(*arguments)), "push": lambda: push(*arguments)}[action]()
    except Exception as error:
        print(action, arguments, repr(error), file=sys.stderr)
        os._exit(1)


if __name__ == "__main__":
    name, log_path = sys.argv[1:3]
    app = plan.APPS[name]
    start, threads = time.monotonic(), []
    for when, *action in sorted(app.plan(), key=lambda a: a[0]):
        time.sleep(max(0.0, start + when - time.monotonic()))
        threads.append(threading.Thread(target=act, args=action))
        threads[-1].start()
    for thread in threads:
        thread.join()
