"""Who plays in the study: apps, the services that apps share, and every host with its address.

All names are invented, below the reserved top-level domain `example` (RFC 2606); the addresses are the documentation
blocks 203.0.113.0/24 (RFC 5737) and 2001:db8::/32 (RFC 3849). What the apps do is in plan.py."""
import collections

# families ("4", "46"); TLS: "1.2", "1.3" or None for cleartext only; HTTP/3 (at its servers and used by apps)? HTTP/2?
# number, the last octet of the addresses, is given below: the name of this field is what server.py and record know.
Host = collections.namedtuple("Host", "families tls quic http2 number", defaults=(False, False, 0))

# A company that serves many apps, as a row of destinations.tsv says it; hosts: name → Host.
Service = collections.namedtuple("Service", "owner country category shared hosts")
SERVICES = {
    "tallywren.example": Service("Tallywren", "US", "analytics", False, {"in.tallywren.example": Host("46", "1.3", http2=True)}),
    "metervole.example": Service("Metervole", "DE", "analytics", False, {"events.metervole.example": Host("4", "1.2")}),
    "countpipit.example": Service("Countpipit", "SG", "analytics", False, {"collect.countpipit.example": Host("46", "1.3")}),
    "statstoat.example": Service("Statstoat", "US", "analytics", False, {"v1.statstoat.example": Host("4", "1.3", http2=True)}),
    "bannerbittern.example": Service("Bannerbittern", "US", "advertising", False, {
        "bid.bannerbittern.example": Host("4", "1.2"), "pixel.bannerbittern.example": Host("4", None)}),
    "adgrebe.example": Service("Adgrebe", "IL", "advertising", False, {"serve.adgrebe.example": Host("46", "1.3", http2=True)}),
    "promoplaice.example": Service("Promoplaice", "FR", "advertising", False, {"x.promoplaice.example": Host("4", "1.3")}),
    "faultfinch.example": Service("Faultfinch", "US", "crash-reporting", False, {"report.faultfinch.example": Host("4", "1.2")}),
    "stackshrew.example": Service("Stackshrew", "CA", "crash-reporting", False, {"api.stackshrew.example": Host("46", "1.3", http2=True)}),
    "pingplover.example": Service("Pingplover", "US", "push-messaging", False, {"push.pingplover.example": Host("46", "1.3")}),
    "ringdotterel.example": Service("Ringdotterel", "KR", "push-messaging", False, {"push.ringdotterel.example": Host("4", "1.2")}),
    "cachecurlew.example": Service("Cachecurlew", "US", "content-cdn", True, {"edge.cachecurlew.example": Host("46", "1.3", quic=True)}),
    "fleetfulmar.example": Service("Fleetfulmar", "US", "content-cdn", True, {"pop.fleetfulmar.example": Host("4", "1.3", http2=True)}),
    "deltadunnock.example": Service("Deltadunnock", "JP", "content-cdn", True, {"c.deltadunnock.example": Host("4", "1.3", quic=True)}),
    "clockcrake.example": Service("Clockcrake", "US", "time-connectivity-check", False, {"time.clockcrake.example": Host("46", None)}),
    "handsetheron.example": Service("Handsetheron", "US", "os-platform", False, {
        "services.handsetheron.example": Host("46", "1.3", http2=True)}),
    "nudgenuthatch.example": Service("Nudgenuthatch", "GB", "customer-engagement", False, {"msg.nudgenuthatch.example": Host("4", "1.3")}),
    "tracetern.example": Service("Tracetern", "DE", "attribution", False, {"a.tracetern.example": Host("46", "1.2")}),
    "mapmerlin.example": Service("Mapmerlin", "NL", "maps-location", False, {"tiles.mapmerlin.example": Host("4", "1.3", http2=True)}),
}
# Hosts of companies that are in no list on purpose: what an analyst meets as "unknown".
UNLISTED = {
    "relay.fernwick.example": Host("4", "1.3"), "u.oldbarrow.example": Host("46", "1.3"), "s3.gorsemill.example": Host("4", "1.2"),
    "n.sandlark.example": Host("4", "1.3"), "api.tarnside.example": Host("46", "1.3", http2=True),
}
# Where the app that hides an upload sends it; nobody else ever contacts it.
HIDDEN = "ingest.quietharbor.example"
CLOCK, PLATFORM, PIXEL = "time.clockcrake.example", "services.handsetheron.example", "pixel.bannerbittern.example"
PUSH_PORT = 5228

# folder (also the last part of the app's id, and its domain below example): label, owner, owner's country, kind
App = collections.namedtuple("App", "label owner country kind")
PEERS = {
    "vidloop": App("Vidloop", "Vidloop Works", "NL", "video"),
    "clipfern": App("Clipfern", "Fernside Media", "US", "video"),
    "snapmoss": App("Snapmoss", "Mossbank Photo", "SE", "photo"),
    "chatalder": App("Chatalder", "Alder Lane Software", "DE", "messaging"),
    "reelbarrow": App("Reelbarrow", "Barrow and Daughters", "GB", "video"),
    "pixplover": App("Pixplover", "Ploverfield", "FR", "photo"),
    "tunebracken": App("Tunebracken", "Brackenridge Audio", "US", "music"),
    "feedheron": App("Feedheron", "Heronsgate", "CA", "social"),
    "castlichen": App("Castlichen", "Lichen Broadcasting", "JP", "video"),
    "postpebble": App("Postpebble", "Pebbleworks", "AU", "social"),
    "loopwillow": App("Loopwillow", "Willow Row Studio", "KR", "video"),
    "gabthistle": App("Gabthistle", "Thistledown Chat", "GB", "messaging"),
    "storysedge": App("Storysedge", "Sedgemoor Stories", "US", "social"),
    "danceosprey": App("Danceosprey", "Osprey Cove", "SG", "video"),
    "liveharrow": App("Liveharrow", "Harrowdale Live", "IN", "video"),
    "memebramble": App("Memebramble", "Bramble Heap", "BR", "social"),
    "duetdunlin": App("Duetdunlin", "Dunlin Sands", "FI", "music"),
    "filterfinch": App("Filterfinch", "Finchley Filters", "ES", "photo"),
    "trendteasel": App("Trendteasel", "Teasel and Burr", "PL", "social"),
    "momentmarten": App("Momentmarten", "Marten Hollow", "CN", "photo"),
}
SUBJECTS = {
    "plainreel": App("Plainreel", "Plainfield Reels", "US", "video"),
    "hiddenreel": App("Hiddenreel", "Underhill Reels", "US", "video"),
    "quietreel": App("Quietreel", "Stillwater Reels", "US", "video"),
}
APPS = {**PEERS, **SUBJECTS}
FOLDERS = list(APPS)

# Pictures of this app come from a rented delivery network under a name of the app's own: an alias (CNAME).
ALIASES = {"img.snapmoss.example": "pop.fleetfulmar.example"}


def own(folder, n=0):
    """The app's own hosts: its interface, then its media, which not every app has apart; in cleartext last."""
    return f"{('api', 'media', 'plain')[n]}.{folder}.example"


def everyone():
    """Every host, numbered. Own hosts differ in TLS version, HTTP version and IPv6 by the app's place in the cast."""
    hosts = {name: host for service in SERVICES.values() for name, host in service.hosts.items()}
    hosts |= UNLISTED | {HIDDEN: Host("4", "1.3")}
    for n, folder in enumerate(FOLDERS):
        hosts[own(folder)] = Host("46" if n % 3 else "4", "1.2" if n % 5 == 4 else "1.3", http2=n % 2 == 0)
        if n % 2 == 0:
            hosts[own(folder, 1)] = Host("4", "1.3")
        if n % 5 == 1 and folder in PEERS:
            hosts[own(folder, 2)] = Host("46" if n % 2 else "4", None)
    return {name: host._replace(number=n) for n, (name, host) in enumerate(hosts.items(), start=10)}


HOSTS = everyone()


def addresses(name):
    """The addresses of a host, IPv4 first."""
    host = HOSTS[ALIASES.get(name, name)]
    return [f"203.0.113.{host.number}"] + ([f"2001:db8:113::{host.number:x}"] if "6" in host.families else [])


def number(folder):
    """Which network of phones is the app's."""
    return FOLDERS.index(folder) + 1


def phone(folder):
    n = number(folder)
    return {"mac": f"02:00:5e:10:{n:02x}:02", "addresses": [f"10.66.{n}.2", f"fd66:0:0:{n:x}::2"]}


def gateway(folder):
    n = number(folder)
    return {"mac": f"02:00:5e:10:{n:02x}:01", "addresses": [f"10.66.{n}.1", f"fd66:0:0:{n:x}::1"]}
