"""Writes captures/study/ from what was recorded: captures without what they say of the machine, markers, the truth
beside them, the list of destinations and the study file.

  publish.py WORK FOLDER [APP…]

Only the given apps' captures are written (all if none is given); the two lists always cover the whole study."""
import gzip
import json
import pathlib
import sys

import cast
import plan
from finish import anonymous, read


def run_truth(folder, run, work):
    at, phone = work / str(run) / folder, cast.phone(folder)
    exchanges = sorted(read(at / "exchanges"), key=lambda e: (e["t"], e["host"]))
    asked = {e["host"] for e in exchanges}
    aliases = {alias: target for alias, target in plan.ALIASES.items() if alias in asked}
    connections = sorted((c for c in read(work / str(run) / "connections") if c["client"][0] in phone["addresses"]),
                         key=lambda c: (c["client"], c["server"], c["proto"]))
    for c in connections:
        # The name that the client used: no app of the study uses an alias beside its target.
        c["host"] = next((alias for alias, target in aliases.items() if target == c["host"]), c["host"])
    markers = read(at / "markers")
    return {
        "run": run, "capture": f"run{run}.pcapng.gz",
        "markers": {m["event"]: m["t"] for m in markers if m["event"] != "keypress"},
        "hosts": {host: plan.addresses(host) for host in sorted(asked)},
        "aliases": aliases,
        # wire_up and wire_down: octets of transport payload, counted at the server's socket.
        "connections": connections,
        # body_up and body_down: octets of the bodies, from the client's own log.
        "exchanges": exchanges,
    }


def laid_out(value, depth=0):
    """JSON with one line for each connection and exchange, so that a difference can be read."""
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict) and any(isinstance(v, (dict, list)) for v in value.values()) and depth < 3:
        parts = [f"{json.dumps(k)}: {laid_out(v, depth + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(inner + part for part in parts) + f"\n{outer}}}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(inner + laid_out(v, depth + 1) for v in value) + f"\n{outer}]"
    return json.dumps(value)


def publish_app(folder, work, to):
    to.mkdir(parents=True, exist_ok=True)
    runs = []
    for run in plan.RUNS:
        at = work / str(run) / folder
        # No name and no time in the header of the compression: the same packets give the same file.
        (to / f"run{run}.pcapng.gz").write_bytes(gzip.compress(anonymous((at / "run.pcapng").read_bytes()), 9, mtime=0))
        (to / f"run{run}.markers.ndjson").write_bytes((at / "markers").read_bytes())
        runs.append(run_truth(folder, run, work))
    app = cast.APPS[folder]
    truth = {"app": f"example.{folder}", "label": app.label, "simulated": True}
    if folder in plan.PLANTED:
        truth["planted"] = plan.PLANTED[folder]
    truth |= {"phone": cast.phone(folder), "gateway": cast.gateway(folder), "name_server": cast.gateway(folder)["addresses"][0],
              "lossy": False, "runs": runs}
    (to / "truth.json").write_text(laid_out(truth) + "\n", encoding="utf-8")


def destinations():
    lines = ["# Destinations of the lab's study: invented companies, in the form of data/destinations.tsv. Hosts that are missing here",
             "# are missing on purpose. Written by captures/lab/study/publish.py from cast.py.",
             "host_suffix\tmatch\towner\towner_parent\towner_hq_country\tcategory\tshared\tconfidence\tsources\torigin"]
    lines += ["\t".join([domain, "suffix", s.owner, s.owner, s.country, s.category, "yes" if s.shared else "no", "high", "lab", "own"])
              for domain, s in cast.SERVICES.items()]
    return "\n".join(lines) + "\n"


def study():
    def ids(folders):
        return ", ".join(f"example.{folder}" for folder in folders)

    out = [
        "# The lab's study: twenty simulated apps as the baseline and three subjects whose traffic is planted.",
        "# " + "; ".join(f"{folder}: {p['role']}" for folder, p in plan.PLANTED.items()) + ". README.md says what is planted.",
        "# Written by captures/lab/study/publish.py.",
        "name: lab",
        f"subjects: [{ids(cast.SUBJECTS)}]",
        "baseline:", *(f"  - example.{folder}" for folder in cast.PEERS),
        f"seed: {plan.SEED}",
        "lists: [destinations.tsv]             # paths relative to this file",
        "apps:"]
    for folder, app in cast.APPS.items():
        out += [f"  - id: example.{folder}", f"    label: {app.label}", f"    owner: {app.owner}", f'    owner_country: "{app.country}"',
                f"    kind: {app.kind}", f"    domains: [{folder}.example]"]
    out.append("devices:")
    for folder in cast.APPS:
        phone = cast.phone(folder)
        out += [f"  - id: phone-{folder}", "    platform: android", '    os: "lab"',
                "    addresses: [" + ", ".join(f'"{a}"' for a in phone["addresses"]) + "]",
                f'    macs: ["{phone["mac"]}"]', "    clock_offset: 0"]
    out.append("captures:")
    for folder in cast.APPS:
        for run in plan.RUNS:
            out += [f"  - app: example.{folder}", '    version: "1.0"', f"    device: phone-{folder}",
                    f"    files: [{folder}/run{run}.pcapng.gz]", f"    markers: {folder}/run{run}.markers.ndjson"]
    return "\n".join(out) + "\n"


def main():
    work, to, folders = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:] or cast.FOLDERS
    for folder in folders:
        publish_app(folder, work, to / folder)
    (to / "destinations.tsv").write_text(destinations(), encoding="utf-8")
    (to / "study.yaml").write_text(study(), encoding="utf-8")
    print(f"record: {len(folders)} apps, {sum(f.stat().st_size for f in to.rglob('*') if f.is_file()):,} octets in {to}")


main()
