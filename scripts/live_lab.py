"""A phone, a gateway and a network in network namespaces of this machine, for the tests of live capture. Nothing leaves it.

    phone 10.66.0.2 --- relay (optional: loss, reorder, duplicates) --- gateway lab0 10.66.0.1 | up0 203.0.113.1 --- net 203.0.113.10…

Servers in `net`: DNS over UDP (one process with HTTP and HTTPS on every address), by Python's standard library alone. Clients in
`phone` are curl and sockets."""
import heapq
import http.server
import os
import pathlib
import random
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

# Names that the catalogue of destinations knows, so that owner and category show; the addresses are documentation's.
HOSTS = {
    "app-measurement.com": "203.0.113.11", "graph.facebook.com": "203.0.113.12", "api.notes.example": "203.0.113.13",
    "log-api.newrelic.com": "203.0.113.14",
}
PHONE, GATEWAY = "10.66.0.2", "10.66.0.1"


def needs():
    """What of this machine is missing for the lab; empty: nothing."""
    missing = [tool for tool in ("ip", "tcpdump", "curl", "openssl", "ethtool", "iptables", "setpriv", "sysctl", "ss") if not shutil.which(tool)]
    if os.geteuid() != 0:
        missing.append("root")
    elif not missing:
        name = f"tsprobe{os.getpid()}"
        made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
        if made.returncode == 0:
            subprocess.run(["ip", "netns", "del", name])
        else:
            missing.append(f"network namespaces ({made.stderr.strip()})")
    return missing


class Lab:
    def __init__(self, scratch, relay=False):
        self.scratch = pathlib.Path(scratch)
        self.prefix = f"tsl{os.getpid()}{'r' if relay else ''}"
        self.phone, self.middle, self.gateway, self.net = (f"{self.prefix}-{end}" for end in ("phone", "imp", "gw", "net"))
        self.relay = relay
        self.processes = []

    def __enter__(self):
        try:
            self.build()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def run(self, *words):
        subprocess.run(words, check=True, capture_output=True, text=True)

    def build(self):
        names = [self.phone, self.gateway, self.net] + ([self.middle] if self.relay else [])
        for name in names:
            self.run("ip", "netns", "add", name)
            self.run("ip", "-n", name, "link", "set", "lo", "up")
        self.connect_phone()
        self.link(self.gateway, "up0", self.net, "nt0")
        self.run("ip", "-n", self.gateway, "addr", "add", "203.0.113.1/24", "dev", "up0")
        for address in HOSTS.values():
            self.run("ip", "-n", self.net, "addr", "add", f"{address}/24", "dev", "nt0")
        self.run("ip", "-n", self.net, "route", "add", "10.66.0.0/24", "via", "203.0.113.1")
        self.run("ip", "netns", "exec", self.gateway, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        folder = pathlib.Path("/etc/netns") / self.phone
        folder.mkdir(parents=True, exist_ok=True)
        resolver = folder / "resolv.conf"
        resolver.write_text("nameserver 203.0.113.11\n")
        resolver.chmod(0o644)  # For clients that are not root, whatever the mask.
        names = ",".join(f"DNS:{name}" for name in HOSTS)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=lab.example",
             "-addext", f"subjectAltName={names}", "-keyout", self.scratch / "key.pem", "-out", self.scratch / "cert.pem"],
            check=True, capture_output=True)
        self.start(self.net, sys.executable, __file__, "serve", self.scratch)
        if self.relay:
            self.start(self.middle, sys.executable, __file__, "relay", "7")
        for _ in range(100):
            if self.phone_run("curl", "-s", "-o", "/dev/null", "--max-time", "1", "http://api.notes.example/").returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("the lab's server does not answer")

    def connect_phone(self):
        """The phone's side: also to be called again after `lab0` was deleted."""
        if self.relay:
            self.link(self.phone, "ph0", self.middle, "ia")
            self.link(self.middle, "ib", self.gateway, "lab0")
        else:
            self.link(self.phone, "ph0", self.gateway, "lab0")
        self.run("ip", "-n", self.phone, "addr", "add", f"{PHONE}/24", "dev", "ph0")
        self.run("ip", "-n", self.gateway, "addr", "add", f"{GATEWAY}/24", "dev", "lab0")
        self.run("ip", "-n", self.phone, "route", "replace", "default", "via", GATEWAY)

    def link(self, one, a, other, b):
        self.run("ip", "link", "add", a, "netns", one, "type", "veth", "peer", "name", b, "netns", other)
        for name, device in ((one, a), (other, b)):
            self.run("ip", "netns", "exec", name, "sysctl", "-qw", f"net.ipv6.conf.{device}.disable_ipv6=1")
            self.run("ip", "netns", "exec", name, "ethtool", "-K", device, "tx", "off", "sg", "off", "tso", "off", "gso", "off", "gro", "off")
            self.run("ip", "-n", name, "link", "set", device, "up")

    def inside(self, name, *words):
        return ["ip", "netns", "exec", name, *map(str, words)]

    def start(self, name, *words, **options):
        process = subprocess.Popen(self.inside(name, *words), stdin=subprocess.DEVNULL, **options)
        self.processes.append(process)
        return process

    def phone_run(self, *words):
        return subprocess.run(self.inside(self.phone, *words), stdin=subprocess.DEVNULL, capture_output=True)

    def use(self, rounds=3, size=20_000):
        """What a phone does: names asked, pages fetched, data sent, in clear and by TLS."""
        body = self.scratch / "body"
        body.write_bytes(random.Random(3).randbytes(size))
        for turn in range(rounds):
            for name in HOSTS:
                self.phone_run("curl", "-s", "-k", "-o", "/dev/null", "--max-time", "20", f"https://{name}/turn/{turn}")
            self.phone_run("curl", "-s", "-k", "-o", "/dev/null", "--max-time", "20", "--data-binary", f"@{body}", "https://app-measurement.com/a")
            self.phone_run("curl", "-s", "-o", "/dev/null", "--max-time", "20", "--data-binary", f"@{body}", "http://api.notes.example/sync")

    def close(self):
        for process in self.processes:
            process.kill()
        for name in (self.phone, self.middle, self.gateway, self.net):
            found = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True)
            for process in found.stdout.split():
                try:
                    os.kill(int(process), signal.SIGKILL)
                except ProcessLookupError:
                    pass
            subprocess.run(["ip", "netns", "del", name], capture_output=True)
        shutil.rmtree(pathlib.Path("/etc/netns") / self.phone, ignore_errors=True)
        for process in self.processes:
            process.wait()


# MARK: Inside the namespaces

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b"x" * 3000
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 256

    def handle_error(self, *_):
        pass        # clients go away in the middle


def answer_names(address):
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind((address, 53))
    while True:
        asked, sender = names.recvfrom(4096)
        place, labels = 12, []
        while asked[place]:
            labels.append(asked[place + 1:place + 1 + asked[place]].decode())
            place += 1 + asked[place]
        kind = asked[place + 1:place + 3]
        found = HOSTS.get(".".join(labels).lower()) if kind == b"\0\1" else None
        head = asked[:2] + b"\x81\x80" + b"\0\1" + struct.pack(">H", 1 if found else 0) + b"\0\0\0\0"
        record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton(found) if found else b""
        names.sendto(head + asked[12:place + 5] + record, sender)


def serve(scratch):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{scratch}/cert.pem", f"{scratch}/key.pem")
    for address in HOSTS.values():
        plain = Server((address, 80), Handler)
        secret = Server((address, 443), Handler)
        # The handshake belongs to the thread of the connection, not to the one that accepts.
        secret.socket = context.wrap_socket(secret.socket, server_side=True, do_handshake_on_connect=False)
        for server in (plain, secret):
            threading.Thread(target=server.serve_forever, daemon=True).start()
    answer_names("203.0.113.11")


def relay(seed):
    """Carries frames between ia and ib: loses, doubles and delays some."""
    rng, ends = random.Random(seed), []
    for device in ("ia", "ib"):
        end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        end.bind((device, 0))
        ends.append(end)
    due, number, lock = [], 0, threading.Condition()

    def take(source, target):
        nonlocal number
        while True:
            frame, about = source.recvfrom(65535)
            if about[2] == socket.PACKET_OUTGOING:
                continue
            for _ in range(0 if rng.random() < 0.01 else 2 if rng.random() < 0.01 else 1):
                delay = 0.02 if rng.random() < 0.02 else 0.001
                with lock:
                    number += 1
                    heapq.heappush(due, (time.monotonic() + delay, number, target, frame))
                    lock.notify()

    for pair in (ends, ends[::-1]):
        threading.Thread(target=take, args=pair, daemon=True).start()
    while True:
        with lock:
            while not due or due[0][0] > time.monotonic():
                lock.wait(max(0, due[0][0] - time.monotonic()) if due else None)
            _, _, target, frame = heapq.heappop(due)
        try:
            target.send(frame)
        except OSError:
            pass        # the device is down


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        relay(int(sys.argv[2]))
