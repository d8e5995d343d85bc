"""What every app of the study does, second by second: drawn by a seeded generator, the same each time.

Peers differ as real apps do: volumes are log-normal with a spread of about 1 on the natural logarithm, and most habits
are found with some only. The values are not drawn freely but are the twenty middle quantiles of their distribution,
dealt out at random: so the spread between twenty apps is what it says, and what is planted in the three subjects
stands out by plan and not by luck."""
import dataclasses
import math
import random
import statistics

from cast import (ALIASES, CLOCK, FOLDERS, HIDDEN, HOSTS, PEERS, PIXEL, PLATFORM, PUSH_PORT, SERVICES, SUBJECTS, UNLISTED,  # noqa: F401
                  addresses, own)           # some for server.py, which takes them from the module called `plan`

SEED = 20200710
RUNS = (1, 2, 3)
FOREGROUND = BACKGROUND = 75.0      # seconds: a common window of 60 s is reached with a margin
LAST = 71.0                         # nothing begins later in a phase, so that each ends in time


@dataclasses.dataclass
class Habits:
    """What one app does in every run. Volumes are octets of bodies a minute."""
    pace: float             # seconds between two requests to its own interface: some 40 a minute
    size: float             # octets of its own posts, median
    analytics: float
    reports: float          # analytics requests a minute
    advertising: float
    crash: float            # octets of one report a run
    background: float       # volume in background
    companies: list         # third-party hosts by kind of service, see deal()
    beacon: bool = False    # reports to its analytics company every 6 s in background
    photo: bool = False     # one upload of 64 to 80 KiB in foreground
    clear: int = 0          # requests in cleartext a run
    unlisted: str = ""      # a host that no list has
    keypresses: int = 0
    hidden: float = 0.0     # volume in background to a host that nobody else contacts


def spread(rng, centre, sd, count=len(PEERS)):
    """Log-normal values: the middle quantiles of their distribution, in random order."""
    normal = statistics.NormalDist(0, sd)
    values = [centre * math.exp(normal.inv_cdf((n + 0.5) / count)) for n in range(count)]
    rng.shuffle(values)
    return values


def some(rng, count):
    """So many of the peers."""
    return rng.sample(list(PEERS), count)


def hosts_of(category):
    return [host for service in SERVICES.values() if service.category == category for host in service.hosts if host != PIXEL]


def deal(rng, folders, category, fewest, most):
    """Gives each of these apps some services of a category; the first is the most popular, as 1, 1/2, 1/3 … (Zipf).
    Each service has at least three users, for a destination of one app alone would be novel, which is planted elsewhere."""
    hosts, given = hosts_of(category), {}
    for folder in folders:
        left = dict(zip(hosts, (1 / n for n in range(1, len(hosts) + 1))))
        given[folder] = []
        for _ in range(rng.randint(fewest, min(most, len(hosts)))):
            host = rng.choices(list(left), list(left.values()))[0]
            given[folder].append(host)
            del left[host]
    for host in hosts:
        while sum(host in mine for mine in given.values()) < min(3, len(folders)):
            given[rng.choice([folder for folder, mine in given.items() if host not in mine])].append(host)
    return given


def peers():
    rng = random.Random(SEED)
    # category → apps that use it, fewest and most services of it
    dealt = {category: deal(rng, some(rng, users), category, fewest, most) for category, users, fewest, most in [
        ("analytics", 20, 1, 3), ("advertising", 13, 1, 2), ("crash-reporting", 11, 1, 1), ("push-messaging", 9, 1, 1),
        ("content-cdn", 16, 1, 2), ("customer-engagement", 5, 1, 1), ("attribution", 7, 1, 1), ("maps-location", 4, 1, 1),
        ("os-platform", 10, 1, 1)]}
    pace, size = spread(rng, 1.6, 0.08), spread(rng, 260, 0.5)
    analytics, reports = spread(rng, 5000, 0.9), spread(rng, 5.0, 0.35)
    advertising, crash, background = spread(rng, 2200, 0.9), spread(rng, 1100, 0.6), spread(rng, 2600, 0.65)
    beacons, photos, silent, typists, unknown = (some(rng, n) for n in (3, 5, 3, 3, 6))
    pixels = [f for f in PEERS if "bid.bannerbittern.example" in dealt["advertising"].get(f, [])][:4]
    unlisted = dict(zip(unknown, [*UNLISTED, list(UNLISTED)[0]]))       # the first of them has two users
    clears = spread(rng, 9, 0.6)
    habits = {}
    for n, folder in enumerate(PEERS):
        companies = [host for given in dealt.values() for host in given.get(folder, [])]
        habits[folder] = Habits(
            pace[n], size[n], analytics[n], reports[n], advertising[n], crash[n],
            0.0 if folder in silent and folder not in beacons else min(background[n], 9000.0), companies,
            beacon=folder in beacons, photo=folder in photos, unlisted=unlisted.get(folder, ""),
            clear=round(clears[n]) if folder in pixels or own(folder, 2) in HOSTS else 0,
            keypresses=6 if folder in typists else 0)
    return habits


def subjects():
    """All three do in everything what the peer in the middle does, but for what is planted."""
    ordinary = Habits(1.6, 260, 5000, 5.0, 2200, 1100, 2600, [
        "in.tallywren.example", "events.metervole.example", "bid.bannerbittern.example", "report.faultfinch.example",
        "push.pingplover.example", "edge.cachecurlew.example", PLATFORM])
    hidden = dataclasses.replace(ordinary, hidden=300_000.0)
    # One tiny event a run, nothing in background, no tracker otherwise. Larger posts of its own, for the sizes of
    # uploads are compared, too, and without the reports of trackers it would be odd for the smallness of what is left.
    quiet = dataclasses.replace(ordinary, size=450, analytics=0, reports=0, advertising=0, crash=0, background=0, companies=[
        "collect.countpipit.example", "push.pingplover.example", "edge.cachecurlew.example", PLATFORM])
    return {"plainreel": ordinary, "hiddenreel": hidden, "quietreel": quiet}


HABITS = peers() | subjects()

# What a comparison of each subject with all peers has to find.
PLANTED = {
    "plainreel": {"role": "ordinary", "does": "the middle of the peers in everything",
                  "overall": ["within"], "above": [], "below": []},
    "hiddenreel": {"role": "hidden-upload",
                   "does": f"as the ordinary one, and uploads some 300 kB a minute in background to {HIDDEN}, a host of nobody else",
                   "overall": ["above"], "below": [],
                   "above": ["background_bytes_up_per_min", "unexplained_bytes_up_per_min", "novel_destination_bytes_up_per_min"]},
    "quietreel": {"role": "quiet", "does": "one tiny analytics event a run, nothing in background, nothing in cleartext",
                  "overall": ["below"], "above": [], "below": ["analytics_bytes_up_per_min", "tracker_requests_per_min"]},
}


# One action: seconds after the start of its phase, host, method, path, octets of the body. The last number in a path
# is the size of the answer. Two hosts have actions of their own: "push" is a connection kept open with a message every
# so many seconds, "keypress" only a marker.

class Writer:
    """Collects the actions of one phase of one run; what is drawn here is the jitter between runs."""

    def __init__(self, rng):
        self.rng, self.actions = rng, []

    def add(self, when, host, path, size=0, method=None):
        self.actions.append((when, host, method or ("POST" if size else "GET"), path, int(size)))

    def times(self, count, first=0.0, last=LAST):
        """So many times, one in each equal part of the span, so that they are spread but not regular."""
        part = (last - first) / max(1, count)
        return [first + part * (n + self.rng.uniform(0.15, 0.85)) for n in range(count)]

    def volume(self, host, path, octets, times):
        """Posts that carry so many octets together, of unequal size."""
        weights = [self.rng.lognormvariate(0, 0.35) for _ in times]
        for when, weight in zip(times, weights):
            self.add(when, host, path, max(40, octets * weight / sum(weights)))


def foreground(folder, rng):
    habits, w = HABITS[folder], Writer(rng)
    jitter = rng.lognormvariate(0, 0.12)        # a busier or calmer run
    minutes = LAST / 60

    def mine(category):
        return [host for host in habits.companies if host in hosts_of(category)]

    w.add(0.0, CLOCK, "/generate_204")
    w.add(0.4, own(folder), "/v1/session/420", 380)
    when = 1.8
    while when < LAST:
        post = rng.random() < 0.6
        # A cursor in the path: else HTTP/2 would send every repetition of a request in a handful of octets.
        w.add(when, own(folder), f"/v1/{'seen' if post else 'feed'}/{rng.getrandbits(160):040x}/{rng.randint(120, 700)}",
              habits.size * rng.lognormvariate(0, 0.7) if post else 0)
        when += habits.pace * rng.uniform(0.85, 1.15)
    media = own(folder, 1) if own(folder, 1) in HOSTS else own(folder)
    picture = next((alias for alias in ALIASES if alias.endswith(f".{folder}.example")), None)
    pictures = ([picture] if picture else []) + mine("content-cdn") or [media]
    for when in w.times(5, 1.0, 60.0):
        w.add(when, rng.choice(pictures), f"/p/{rng.randint(900, 3600)}")
    if habits.photo:
        w.add(rng.uniform(20, 45), media, "/v1/photos", rng.randint(66_000, 80_000), "PUT")

    companies = mine("analytics")
    for host, share in zip(companies, {0: [], 1: [1.0], 2: [0.65, 0.35], 3: [0.55, 0.3, 0.15]}[len(companies)]):
        count = max(2, round(habits.reports * share * minutes)) if habits.reports else 0
        w.volume(host, "/batch", habits.analytics * jitter * share * minutes, w.times(count, 2.0))
        if not habits.reports:
            w.add(5.0, host, "/e", 60)
    for host in mine("advertising"):
        share = 1 / len(mine("advertising"))
        w.volume(host, "/auction/800", habits.advertising * jitter * share * minutes, w.times(max(2, round(5 * share)), 3.0))
    for host in mine("crash-reporting"):
        w.add(rng.uniform(4, 50), host, "/report", habits.crash * rng.lognormvariate(0, 0.3))
    for host in mine("attribution"):
        w.volume(host, "/open", 1400 * jitter, [1.2, rng.uniform(30, 50)])
    for host in mine("customer-engagement"):
        w.volume(host, "/sync/300", 1800 * jitter, w.times(3, 2.5, 58.0))
    for host in mine("maps-location"):
        for when in w.times(4, 4.0, 50.0):
            w.add(when, host, f"/15/{rng.randint(100, 999)}/{rng.randint(900, 2400)}")
    for host in mine("os-platform"):
        w.add(rng.uniform(1, 20), host, "/checkin/200", 240)
    if habits.unlisted:
        w.volume(habits.unlisted, "/u", rng.uniform(500, 1500), w.times(3, 5.0, 56.0))
    for n, when in enumerate(w.times(habits.clear, 2.0)):
        host = own(folder, 2) if own(folder, 2) in HOSTS else PIXEL
        w.add(when, host, f"/i.gif?device=lab-{folder}&slot={n}&px=43")
    for host in mine("push-messaging"):
        w.actions.append((0.7, host, "push", "", 25))
    w.actions += [(when, "", "keypress", "", 0) for when in w.times(habits.keypresses, 10.0, 30.0)]
    return sorted(w.actions)


def background(folder, rng):
    habits, w = HABITS[folder], Writer(rng)
    analytics = [host for host in habits.companies if host in hosts_of("analytics")]
    if habits.beacon:
        # Nothing else goes to that company in background: the beat is its own.
        for n in range(12):
            w.add(1.5 + 6.0 * n, analytics[0], "/b", 180)
    elif habits.background:
        # An own request costs some 200 octets beside its body.
        host = own(folder) if FOLDERS.index(folder) % 2 else analytics[0]
        count = rng.randint(3, 5)
        octets = habits.background * rng.lognormvariate(0, 0.12) * LAST / 60 - 200 * count
        w.volume(host, "/bg", max(100.0, octets), w.times(count, 3.0, 58.0))
    if habits.hidden:
        # Uneven in time and size, so that it is the volume that stands out, not a beat; one in four is 64 KiB and more.
        times = w.times(12, 3.0)
        large = [rng.randint(66_000, 74_000) for _ in range(3)]
        small = habits.hidden * LAST / 60 - sum(large)
        sizes = large + [small / 9 * rng.uniform(0.6, 1.4) for _ in range(9)]
        rng.shuffle(sizes)
        for when, size in zip(times, sizes):
            w.add(when, HIDDEN, "/v1/ingest", size)
    return sorted(w.actions)


def phases(folder, run):
    """Name, seconds and actions of the phases of one run."""
    rng = random.Random(f"{SEED} {folder} {run}")
    return [("foreground", FOREGROUND, foreground(folder, rng)), ("background", BACKGROUND, background(folder, rng))]
