#!/usr/bin/env python3
"""Holds every file of `dv prof -o DIR --json FILE` against the others, in 1/256 cycle: nothing is
rounded, nothing may differ. Prints what is wrong, a line each.

    agree.py DIR JSON [WHOLE]    WHOLE: the folder of the same run with whole traces"""
import csv
import glob
import json
import os
import re
import struct
import sys
from collections import defaultdict
from fractions import Fraction

CYCLE = 256
PIDS = {10: "SCALAR", 20: "SCALAR", 30: "VECTOR", 40: "CUBE", 50: "MTE1", 60: "MTE2", 70: "MTE3",
        80: "FIXP"}
DIR, WHOLE = sys.argv[1], sys.argv[3] if len(sys.argv) > 3 else None
RUN = json.load(open(sys.argv[2]), parse_float=Fraction)
MHZ = RUN["model"]["clock_mhz"]


def same(what, got, want):
    if got != want:
        print(f"{what}: {got} is not {want}".replace("Fraction", ""))


def same_sums(what, got, want):
    for key in sorted(set(got) | set(want), key=str):
        same(f"{what}, {key}", got.get(key, 0), want.get(key, 0))


def ticks(cycles):
    """Cycles as whole 1/256."""
    t = Fraction(cycles) * CYCLE
    if t.denominator != 1:
        print(f"{cycles} is finer than 1/256 cycle")
    return int(t)


def time_of(*texts):
    """The sum of microseconds with six digits; they are rounded from 1/256 cycle."""
    return round(Fraction(sum(int(t.replace(".", "")) for t in texts) * MHZ * CYCLE, 10**6))


def union(spans):
    total = end = 0
    for a, b in sorted(spans):
        total += max(0, b - max(a, end))
        end = max(end, b)
    return total


# ---- what the files hold -------------------------------------------------------------------------

def read_report(folder):
    text = open(os.path.join(folder, "report.html"), encoding="utf-8").read()
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    return json.loads(data[1], parse_float=Fraction)


def label(core):
    kind, number = core["name"].split(" ")
    return {"aic": f"core{number}.cubecore0", "core": f"core{number}",
            "aiv": f"core{int(number) // 2}.veccore{int(number) % 2}"}[kind]


def read_trace(folder, core):
    """Slices of instructions: what, pc, from, to, pid, bytes."""
    doc = json.load(open(f"{folder}/simulator/{core}/trace.json"), parse_float=str)
    return [(x["name"], x["args"]["pc_addr"], time_of(x["ts"]), time_of(x["ts"], x["dur"]),
             x["pid"], int(x["args"].get("process_bytes", 0)), x["args"]["detail"],
             x["args"]["code"])
            for x in doc["traceEvents"] if x["ph"] == "X" and "pc_addr" in x["args"]]


def read_folded():
    """By core, unit and kind ("busy", "idle" or the reason); of busy S also by core and line."""
    sums, lines = defaultdict(int), defaultdict(int)
    for row in open(os.path.join(DIR, "stacks.folded")):
        stack, n = row.rsplit(" ", 1)
        frames = stack.split(";")
        kind = frames[-1][1:-1] if frames[-1].startswith("[") else "busy"
        sums[frames[0], frames[1], kind] += int(n)
        if frames[1] == "SCALAR" and kind == "busy":
            lines[frames[0], frames[-1]] += int(n)
    return sums, lines


REPORT = read_report(DIR)
CORES = {label(c): c for c in REPORT["cores"]}
TRACE = {core: read_trace(WHOLE or DIR, core) for core in CORES}


# ---- rules ---------------------------------------------------------------------------------------

def units():
    """busy + stall + idle is the time of the core, for every unit; the JSON has the sums."""
    sums = defaultdict(int)
    for core, c in CORES.items():
        span = c["last"] - c["first"]
        for unit, busy, idle, count, stalls in c["units"]:
            name = REPORT["unit"][unit]
            same(f"{core}: {name} fills its time", busy + idle + sum(stalls), span)
            sums[name, "busy"] += busy
            sums[name, "idle"] += idle + RUN["cycles"] * CYCLE - span
            sums[name, "instructions"] += count
            for reason, stall in zip(REPORT["reason"], stalls):
                sums[name, reason] += stall
    want = {}
    for name, p in RUN["pipes"].items():
        if p:
            want.update({(name, "busy"): ticks(p["busy_cycles"]),
                         (name, "idle"): ticks(p["idle_cycles"]),
                         (name, "instructions"): p["instructions"]})
            want.update({(name, r): ticks(v) for r, v in p["stall"].items()})
    same_sums("report and JSON", sums, want)
    spans = [c["last"] - c["first"] for c in CORES.values()]
    same("the longest core", max(spans), ticks(RUN["core_cycles"]["max"]))
    same("the shortest core", min(spans), ticks(RUN["core_cycles"]["min"]))
    same("cycles", RUN["cycles"], -(-max(spans) // CYCLE))


def traces():
    """Slices of a unit, overlaps once, are what it works."""
    for core, c in CORES.items():
        spans = defaultdict(list)
        for name, _, a, b, pid, *_ in TRACE[core]:
            spans[PIDS.get(pid)].append((a, b))
        for unit, busy, *_ in c["units"]:
            name = REPORT["unit"][unit]
            if name != "SCALAR":
                same(f"{core}: trace of {name}", union(spans[name]), busy)


def tables():
    for core in CORES:
        by_pc, by_line = defaultdict(list), defaultdict(list)
        for _, pc, a, b, _, _, _, code in TRACE[core]:
            by_pc[pc].append((a, b))
            by_line[code.split("\n")[0]].append((a, b))
        for what, key, slices in ("instr_exe", "addr", by_pc), ("code_exe", "code", by_line):
            rows = list(csv.DictReader(open(f"{DIR}/simulator/{core}/{core}_{what}.csv")))
            got = {r[key]: (int(r["call_count"]), ticks(r["cycles"]),
                            time_of(r["running_time(us)"])) for r in rows}
            want = {k: (len(s), sum(b - a for a, b in s), union(s)) for k, s in slices.items()}
            same_sums(f"{core}: {what}", got, want)


def lines():
    """What lines took adds up to what units and stalls took."""
    busy = sum(row[6] for row in REPORT["code"])
    same("lines: work", busy, sum(u[1] for c in CORES.values() for u in c["units"]))
    waits, want = defaultdict(int), defaultdict(int)
    for row in REPORT["code"]:
        for reason, t in zip(row[8][::2], row[8][1::2]):
            waits[REPORT["reason"][reason]] += t
    for c in CORES.values():
        for unit in c["units"]:
            for reason, t in zip(REPORT["reason"], unit[4]):
                want[reason] += t
    same_sums("lines: waiting", waits, want)
    same("lines: calls", sum(row[5] for row in REPORT["code"]), RUN["instructions"])
    moved = sum(row[7] for row in REPORT["code"])
    same("lines: bytes of slices", sum(s[5] for t in TRACE.values() for s in t), moved)


def folded():
    sums, scalar = read_folded()
    want = {}
    names = {}
    for core, c in CORES.items():
        short = c["name"].replace(" ", "")
        names[short] = core
        for unit, busy, idle, _, stalls in c["units"]:
            key = short, REPORT["unit"][unit]
            want.update({(*key, "busy"): busy, (*key, "idle"): idle})
            want.update({(*key, r): t for r, t in zip(REPORT["reason"], stalls)})
    for key in list(sums):
        if key[0] in names and key[2] == "idle":
            # the longest core counts whole cycles, others wait for it
            c = CORES[names[key[0]]]
            want[key] += RUN["cycles"] * CYCLE - (c["last"] - c["first"])
    same_sums("folded", sums, want)
    for short, core in names.items():
        pipes = defaultdict(set)
        own = defaultdict(int)
        for name, _, a, b, pid, *_, code in TRACE[core]:
            file, line = code.split("\n")[0].rsplit(":", 1)
            place = f"{os.path.basename(file)}:{line}"
            pipes[place].add(pid)
            own[place] += b - a
        for place in pipes:
            if pipes[place] <= {10, 20}:
                same(f"{core}: S at {place}", own[place], scalar[short, place])


def block(kind):
    data = open(os.path.join(DIR, "simulator/visualize_data.bin"), "rb").read()
    at = 0
    while at < len(data):
        size, is_kind, pad = struct.unpack_from("<QBB", data, at)
        at += 12 + (4096 if is_kind == 1 else 0)
        if is_kind == kind:
            return json.loads(data[at:at + size - pad])
        at += size
    return None


def paths():
    """Bytes of every path: JSON, report, the block of paths, and the counters of the trace."""
    sums = defaultdict(int)
    heat = block(8)
    for core, c in CORES.items():
        for path, n in zip(REPORT["path"], c["bytes"]):
            sums[path] += n
            same(f"{core}: {path} of the bin", heat["Paths"][path][heat["Cores"].index(core)], n)
    same_sums("bytes", sums, RUN["bytes"])
    doc = json.load(open(f"{WHOLE or DIR}/simulator/trace.json"), parse_float=Fraction)
    samples = [e for e in doc["traceEvents"] if e["ph"] == "C"]
    times = sorted({e["ts"] for e in samples})
    width = min([b - a for a, b in zip(times, times[1:])] or [1])
    drawn = defaultdict(Fraction)
    for e in samples:
        drawn[e["name"]] += Fraction(e["args"]["throughput(MB/s)"]) * width
    for path in "GM_TO_L1", "GM_TO_UB", "L1_TO_GM", "UB_TO_GM":
        same(f"counter of {path}", drawn[path], sums[path])


def critical_path():
    path = RUN["profile"]["critical_path"]
    if not path:
        same("no path, and no reason", bool(RUN["profile"]["no_path"]), True)
        return
    whole = ticks(path["cycles"])
    same("path: causes", sum(map(ticks, path["causes"].values())), whole)
    same("path: instructions", sum(ticks(i["cycles"]) for i in path["instructions"])
         + ticks(path["no_instruction"]), whole)
    same("path: flags", sum(ticks(f["cycles"]) for f in path["flags"]) + ticks(path["no_flag"]),
         whole)
    pipes = 0
    for name, p in path["pipes"].items():
        same(f"path: {name}", sum(map(ticks, p["by"].values())), ticks(p["cycles"]))
        pipes += ticks(p["cycles"])
    none = sum(ticks(path["causes"][c]) for c in ("between", "launch", "other"))
    if pipes != whole and pipes + none != whole:
        same("path: pipes", pipes, whole)


def metrics():
    """Shares and times of the device metrics, to the digits they are printed with."""
    rows = list(csv.DictReader(open(os.path.join(DIR, "PipeUtilization.csv"))))
    same("rows of PipeUtilization", len(rows), len(CORES))
    keys = {"CUBE": "cube", "MTE1": "mte1", "MTE2": "mte2", "MTE3": "mte3", "FIXP": "fixpipe",
            "VECTOR": "vec", "SCALAR": "scalar"}
    for row, (core, c) in zip(rows, CORES.items()):
        side = "aiv" if "veccore" in core else "aic"
        span = -(-(c["last"] - c["first"]) // CYCLE) * CYCLE
        same(f"{core}: total_cycles", int(row[f"{side}_total_cycles"]) * CYCLE, span)
        for unit, busy, *_ in c["units"]:
            key = f"{side}_{keys[REPORT['unit'][unit]]}"
            if f"{key}_ratio" in row:
                same(f"{core}: {key}_ratio", row[f"{key}_ratio"], f"{busy / span:.9g}")
                same(f"{core}: {key}_time", row[f"{key}_time(us)"], f"{busy / CYCLE / MHZ:.9g}")


def part():
    """A part of a run holds the slices of its instructions as the whole has them; nothing else
    of the folder changes."""
    found, missing = set(), set()
    for core in CORES:
        inside = sorted(read_trace(DIR, core)) if os.path.exists(
            f"{DIR}/simulator/{core}/trace.json") else []
        found |= {s[1] for s in inside}
        missing |= {s[1] for s in TRACE[core]}
        pcs = {s[1] for s in inside}
        same(f"{core}: slices of the part", inside, sorted(s for s in TRACE[core] if s[1] in pcs))
    same("the part is a part", 0 < len(found) < len(missing), True)
    for file in glob.glob(f"{WHOLE}/**/*.csv", recursive=True):
        mine = DIR + file[len(WHOLE):]
        same(f"{file} in both", open(mine).read() == open(file).read(), True)


units()
traces()
tables()
lines()
folded()
paths()
critical_path()
metrics()
if WHOLE:
    part()
