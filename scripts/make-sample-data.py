#!/usr/bin/env python3
"""Writes the sample data of the template *Airfield inspections*.

    python3 scripts/make-sample-data.py                   # fetches the wheel named below with pip
    python3 scripts/make-sample-data.py path/to/airportsdata-….whl

Needs Python 3.9 or later and nothing but its standard library. The same wheel gives the same files, byte for byte
(another release of zlib may pack them differently): whatever is random is seeded, and the files carry no time. To move to a newer release of the data, change
RELEASE, run the script, run `cargo nextest run -p landfall-core` (it checks every row against the schema), and commit
what changed.

What it writes, into crates/landfall-server/templates/airfields/:
- airfields.csv.gz    every airfield of PyPI's `airportsdata` (MIT): real names, codes and places
- inspections.csv.gz  made-up inspections of some of them, each named as a sample
- defects.csv.gz      made-up defects that these inspections found, each named as a sample
- NOTICE              where the airfields come from, with the licence

Cells are written as `landfall_core::csv_cell` reads them.
"""

import csv
import datetime
import gzip
import io
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import zipfile

RELEASE = "20260905"
OUT = pathlib.Path(__file__).resolve().parent.parent / "crates/landfall-server/templates/airfields"
SEED = 20261123
INSPECTIONS, DEFECTS, INSPECTED_AIRFIELDS = 400, 250, 150
# The made-up inspections end here, so that the files do not depend on the day they were written.
LAST_DAY = datetime.datetime(2026, 11, 20, tzinfo=datetime.timezone.utc)

HAZARDS = ["birds", "surface", "lighting", "markings", "obstacles", "drainage"]
CONDITIONS = {"good": 50, "fair": 30, "poor": 15, "unusable": 5}
FINDINGS = {
    "birds": ["nests in the windsock mast", "gulls on the threshold", "long grass draws birds"],
    "surface": ["crack across the runway", "loose stones on the taxiway", "soft ground beside the apron"],
    "lighting": ["edge light out", "beacon does not turn", "approach light dim"],
    "markings": ["threshold marking worn", "hold line faded", "number hard to read"],
    "obstacles": ["tree in the approach", "crane near the circuit", "fence post leaning inwards"],
    "drainage": ["standing water at the turning bay", "ditch blocked", "drain cover broken"],
}
NOTES = [
    "Walked the whole runway in both directions.",
    "Wind was too strong for a flight check.",
    "The operator was there and knows about it.",
    "Photographs are with the report.",
    "Look at it again after the first frost.",
    "Compared with the last inspection nothing got worse.",
]


def fetch_wheel(folder):
    """Asks pip for the release and returns the wheel's path."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
    subprocess.run([*command, f"airportsdata=={RELEASE}"], check=True)
    return next(pathlib.Path(folder).glob("airportsdata-*.whl"))


def read_wheel(path):
    """The rows of the wheel's airports.csv, and its licence."""
    with zipfile.ZipFile(path) as wheel:
        text = wheel.read("airportsdata/airports.csv").decode("utf-8")
        licence = next(name for name in wheel.namelist() if name.endswith("/LICENSE"))
        rows = sorted(csv.DictReader(io.StringIO(text, newline="")), key=lambda row: row["icao"])
        return rows, wheel.read(licence).decode("utf-8")


def airfield(row):
    """One row of airportsdata as a record. Codes that it made up itself (`_ABC`) stay ids, but are no codes."""

    def text(key):
        return " ".join(row[key].split())

    return {
        "id": row["icao"],
        "name": text("name"),
        "code": row["icao"] if re.fullmatch("[A-Z0-9]{4}", row["icao"]) else "",
        "iata": row["iata"],
        "lid": row["lid"],
        "city": text("city"),
        "subdivision": text("subd"),
        "country": row["country"],
        "elevation_ft": str(round(float(row["elevation"]))),
        "location": place(float(row["lat"]), float(row["lon"])),
        "time_zone": row["tz"],
    }


def place(lat, lon):
    return f"{lat:.6f}".rstrip("0").rstrip(".") + " " + f"{lon:.6f}".rstrip("0").rstrip(".")


def runway(rng):
    """Both ends of a runway, sometimes one of a parallel pair: 09/27, 18L/36R."""
    end = rng.randint(1, 18)
    left, right = rng.choice([("", "")] * 5 + [("L", "R"), ("R", "L")])
    return f"{end:02}{left}/{end + 18:02}{right}"


def inspections(rng, airfields):
    """Made-up inspections, oldest first."""
    visited = rng.sample(airfields, INSPECTED_AIRFIELDS)
    ages = sorted((rng.randint(0, 540) for _ in range(INSPECTIONS)), reverse=True)
    for number, age in enumerate(ages, start=1):
        field = rng.choice(visited)
        condition = rng.choices(list(CONDITIONS), weights=CONDITIONS.values())[0]
        count = 0 if condition == "good" and rng.random() < 0.7 else rng.randint(1, 3)
        seen = rng.sample(HAZARDS, count)
        hazards = [hazard for hazard in HAZARDS if hazard in seen]
        at = LAST_DAY - datetime.timedelta(days=age, minutes=rng.randint(7 * 60, 17 * 60))
        due = at + datetime.timedelta(days=365 if condition in ("good", "fair") else 90)
        what = f"{hazards[0]} to watch" if hazards else "nothing found"
        yield {
            "id": f"insp-{number:04}",
            "summary": f"Sample: {field['name'][:80]}, {what}",
            "airfield": field["id"],
            "inspected_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "inspector": f"Sample inspector {rng.randint(1, 9)}",
            "condition": condition,
            "runway": runway(rng),
            "hazards": ";".join(hazards),
            "notes": " ".join(rng.sample(NOTES, rng.randint(0, 3))),
            "closed": "true" if not hazards or (age > 120 and rng.random() < 0.8) else "false",
            "next_due": due.strftime("%Y-%m-%d"),
            "report": f"https://example.org/sample-reports/{number:04}" if rng.random() < 0.4 else "",
        }


def defects(rng, airfields, inspected):
    """Made-up defects, each of a hazard that its inspection names."""
    by_id = {field["id"]: field for field in airfields}
    found = [inspection for inspection in inspected if inspection["hazards"]]
    sources = sorted((rng.choice(found) for _ in range(DEFECTS)), key=lambda inspection: inspection["id"])
    for number, inspection in enumerate(sources, start=1):
        hazard = rng.choice(inspection["hazards"].split(";"))
        worst = inspection["condition"] in ("poor", "unusable")
        severity = rng.choices(["minor", "major", "critical"], weights=[30, 50, 20] if worst else [70, 28, 2])[0]
        lat, lon = map(float, by_id[inspection["airfield"]]["location"].split())
        near = place(clamp(lat + rng.uniform(-0.004, 0.004), 90), clamp(lon + rng.uniform(-0.004, 0.004), 180))
        yield {
            "id": f"defect-{number:04}",
            "summary": f"Sample: {rng.choice(FINDINGS[hazard])}, {by_id[inspection['airfield']]['name'][:60]}",
            "inspection": inspection["id"],
            "airfield": inspection["airfield"],
            "severity": severity,
            "location": near,
            "found_on": inspection["inspected_at"][:10],
            "fixed": "true" if inspection["closed"] == "true" or rng.random() < 0.3 else "false",
            "cost_estimate": f"{rng.lognormvariate(6, 1):.2f}" if rng.random() < 0.8 else "",
            "notes": rng.choice(NOTES) if rng.random() < 0.5 else "",
        }


def clamp(degrees, most):
    return max(-most, min(most, degrees))


def write(name, records):
    """Writes the records as name.csv.gz, without a time or a file name in the header."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    path = OUT / f"{name}.csv.gz"
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(text.getvalue().encode("utf-8"))
    print(f"{path.name}: {len(records)} records, {path.stat().st_size} bytes")


def write_notice(wheel, licence):
    release = re.search(r"airportsdata-([0-9.]+)-", wheel.name).group(1)
    head = (
        f"airfields.csv.gz is made from the data of airportsdata {release}\n"
        "(https://github.com/mborsetti/airportsdata, https://pypi.org/project/airportsdata/), by\n"
        "scripts/make-sample-data.py. inspections.csv.gz and defects.csv.gz are made up by the same script: they\n"
        "say nothing about the real airfields that they name. airportsdata comes under this licence:\n\n"
    )
    (OUT / "NOTICE").write_text(head + licence.replace("\r\n", "\n"), encoding="utf-8")


def main():
    with tempfile.TemporaryDirectory() as folder:
        wheel = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else fetch_wheel(folder)
        rows, licence = read_wheel(wheel)
    rng = random.Random(SEED)
    airfields = [airfield(row) for row in rows]
    inspected = list(inspections(rng, airfields))
    write("airfields", airfields)
    write("inspections", inspected)
    write("defects", list(defects(rng, airfields, inspected)))
    write_notice(wheel, licence)


if __name__ == "__main__":
    main()
