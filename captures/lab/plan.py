"""What the two simulated apps do, and which servers there are: the one place to change the captures.

All names are invented, below the reserved top-level domain `example` (RFC 2606); the addresses are the documentation
blocks 203.0.113.0/24 (RFC 5737) and 2001:db8::/32 (RFC 3849)."""
import collections

# name: last octet of its addresses; families ("4", "46"); TLS: "1.2", "1.3" or None for cleartext only; HTTP/3 too?
Host = collections.namedtuple("Host", "number families tls quic")
HOSTS = {
    "api.notes.example": Host(10, "46", "1.3", False),
    "files.notes.example": Host(11, "4", "1.3", False),
    "static.pagehaus.example": Host(12, "46", "1.3", True),
    "connect.pagehaus.example": Host(13, "4", None, False),
    "in.tallyho.example": Host(14, "4", "1.2", False),
    "beat.tallyho.example": Host(15, "46", "1.3", False),
    "crash.bugpost.example": Host(16, "4", "1.2", False),
    "push.lampost.example": Host(17, "46", "1.3", False),
    "www.shop.example": Host(20, "46", "1.3", False),
    "api.shop.example": Host(21, "4", "1.3", False),
    "img.cartload.example": Host(22, "46", "1.3", True),
    "bid.adnest.example": Host(23, "4", "1.2", False),
    "pixel.adnest.example": Host(24, "4", None, False),
    "beat.measurely.example": Host(25, "4", "1.3", False),
    "replay.lookback.example": Host(26, "46", "1.3", False),
}
# What the name server says first for these names: an alias, as rented delivery networks have.
ALIASES = {"img.shop.example": "img.cartload.example", "static.notes.example": "static.pagehaus.example"}
PUSH_PORT = 5228

# One action: seconds after the start, what, arguments.
#   ("https" | "http", host, [(method, path, octets of the body)…])   one curl, one connection, requests in turn
#   ("h3", host, [(method, path, octets of the body)…])               one QUIC connection
#   ("push", host, seconds, interval)                                 one TLS connection with small messages
# The last number in a path is the size of the answer's body.


def notes():
    plan = [
        (0.0, "http", "connect.pagehaus.example", [("GET", "/generate_204", 0)]),
        (0.3, "https", "api.notes.example", [("POST", "/v2/session", 412), ("GET", "/v2/notes/18211", 0)]),
        (0.6, "push", "push.lampost.example", 70, 15.0),
        (1.2, "https", "crash.bugpost.example", [("POST", "/report", 1730)]),
        (2.0, "h3", "static.notes.example", [("GET", "/theme/61440", 0), ("GET", "/fonts/40960", 0)]),
        (14.0, "https", "in.tallyho.example", [("POST", "/batch", 6144)]),
        (26.0, "https", "files.notes.example", [("PUT", "/attachments/7731", 98304)]),
        (31.0, "h3", "static.notes.example", [("GET", "/icons/20480", 0)]),
        (44.0, "https", "in.tallyho.example", [("POST", "/batch", 9216)]),
        (58.0, "https", "api.notes.example", [("GET", "/v2/notes/2048", 0), ("POST", "/v2/notes", 4800)]),
        (73.0, "https", "in.tallyho.example", [("POST", "/batch", 3072)]),
    ]
    plan += [(8.0 + 13.0 * n, "https", "api.notes.example", [("POST", "/v2/notes", size)])
             for n, size in enumerate([640, 1210, 980, 2204])]
    plan += [(4.0 + 6.0 * n, "https", "beat.tallyho.example", [("POST", "/b", 220)]) for n in range(12)]
    return plan


def shop():
    plan = [
        (0.0, "http", "connect.pagehaus.example", [("GET", "/generate_204", 0)]),
        (0.3, "https", "www.shop.example", [("GET", "/start/30720", 0)]),
        (0.5, "push", "push.lampost.example", 70, 20.0),
        (0.8, "https", "api.shop.example", [("POST", "/login", 380), ("GET", "/basket/900", 0)]),
        (1.0, "h3", "img.shop.example", [("GET", f"/p/{size}", 0) for size in (81920, 51200, 65536)]),
        (2.5, "https", "in.tallyho.example", [("POST", "/batch", 12288)]),
        (12.0, "https", "replay.lookback.example", [("POST", "/chunk", 81920), ("POST", "/chunk", 65536)]),
        (17.0, "https", "api.shop.example", [("GET", "/search/14336", 0), ("POST", "/basket", 640)]),
        (22.0, "https", "in.tallyho.example", [("POST", "/batch", 24576)]),
        (34.0, "https", "replay.lookback.example", [("POST", "/chunk", 163840)]),
        (36.0, "h3", "img.shop.example", [("GET", f"/p/{size}", 0) for size in (40960, 30720)]),
        (48.0, "https", "in.tallyho.example", [("POST", "/batch", 18432)]),
        (55.0, "https", "api.shop.example", [("POST", "/order", 1890)]),
        (66.0, "https", "crash.bugpost.example", [("POST", "/report", 5210)]),
        (74.0, "https", "replay.lookback.example", [("POST", "/chunk", 70000)]),
    ]
    plan += [(3.0 + 9.0 * n, "https", "bid.adnest.example", [("POST", "/auction/3400", 1460)]) for n in range(8)]
    plan += [(3.6 + 9.0 * n, "http", "pixel.adnest.example", [("GET", f"/i.gif?device=lab-0001&slot={n}&px=43", 0)])
             for n in range(8)]
    plan += [(2.0 + 4.0 * n, "https", "beat.measurely.example", [("POST", "/loc", 310)]) for n in range(18)]
    return plan


# name: user that runs it, its user agent, its plan, whether the way to the servers loses packets
App = collections.namedtuple("App", "user agent plan lossy")
APPS = {
    "notes": App(10101, "Notes/3.1 (simulated)", notes, False),
    "shop": App(10102, "Shop/8.0 (simulated)", shop, True),
}


def addresses(name):
    """The addresses of a host, IPv4 first."""
    host = HOSTS[ALIASES.get(name, name)]
    return [f"203.0.113.{host.number}"] + ([f"2001:db8:113::{host.number}"] if "6" in host.families else [])
