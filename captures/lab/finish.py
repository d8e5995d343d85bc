"""Makes a recording ready to be committed: without what it says of the machine that made it, and with the truth beside.

  finish.py APP RECORDING CONNECTIONS EXCHANGES FOLDER

Writes FOLDER/run1.pcapng and FOLDER/truth.json."""
import json
import pathlib
import struct
import sys

import plan


def blocks(data):
    """Yields (type, body) of each block of a little-endian pcapng file."""
    at = 0
    while at + 12 <= len(data):
        kind, length = struct.unpack_from("<II", data, at)
        yield kind, data[at + 8:at + length - 4]
        at += length


def block(kind, body):
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))


def anonymous(data):
    """The same packets, without the options that name hardware, system and interface, and without statistics."""
    out = b""
    for kind, body in blocks(data):
        if kind == 0x0a0d0d0a:
            out += block(kind, body[:8] + struct.pack("<q", -1))
        elif kind == 1:
            # Kept of the interface's options: the resolution of its time stamps (9).
            options, at = b"", 8
            while at + 4 <= len(body):
                code, length = struct.unpack_from("<HH", body, at)
                if code == 9:
                    options += body[at:at + 4 + (length + 3) // 4 * 4]
                at += 4 + (length + 3) // 4 * 4
            out += block(kind, body[:8] + options + (bytes(4) if options else b""))
        elif kind == 6:
            captured = struct.unpack_from("<I", body, 12)[0]
            out += block(kind, body[:20 + (captured + 3) // 4 * 4])
    return out


def read(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines()]


def main():
    app, recording, connections, exchanges, folder = sys.argv[1:]
    folder = pathlib.Path(folder)
    (folder / "run1.pcapng").write_bytes(anonymous(pathlib.Path(recording).read_bytes()))

    exchanges = sorted(read(exchanges), key=lambda e: (e["t"], e["host"], e["path"] if "path" in e else ""))
    asked = {(e["host"], tuple(e["local"])) for e in exchanges if "local" in e}
    listed = []
    for c in sorted(read(connections), key=lambda c: (c["client"], c["server"], c["proto"])):
        # The name that the client used, where it is an alias of the server's.
        names = {host for host, local in asked if local == tuple(c["client"])}
        if c["proto"] == "udp":
            names = {host for host, target in plan.ALIASES.items() if target == c["host"]} & {e["host"] for e in exchanges}
        c["host"] = names.pop() if len(names) == 1 else c["host"]
        listed.append(c)
    truth = {
        "app": app, "simulated": True,
        "phone": {"mac": "02:00:5e:10:00:02", "addresses": ["10.66.0.2", "fd66::2"]},
        "gateway": {"mac": "02:00:5e:10:00:01", "addresses": ["10.66.0.1", "fd66::1"]},
        "name_server": "10.66.0.1",
        "lossy": plan.APPS[app].lossy,
        "hosts": {host: plan.addresses(host) for host in sorted({e["host"] for e in exchanges})},
        "aliases": {a: t for a, t in plan.ALIASES.items() if a in {e["host"] for e in exchanges}},
        # wire_up and wire_down: octets of transport payload, counted at the server's socket.
        "connections": listed,
        # body_up and body_down: octets of the bodies, from the client's own log.
        "exchanges": exchanges,
    }
    lines = [f'  {json.dumps(k)}: ' + ("[\n    " + ",\n    ".join(json.dumps(v) for v in value) + "\n  ]"
                                       if isinstance(value, list) else json.dumps(value)) for k, value in truth.items()]
    (folder / "truth.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"record: {app}: {(folder / 'run1.pcapng').stat().st_size} octets, {len(listed)} connections, {len(exchanges)} exchanges")


if __name__ == "__main__":
    main()
