#!/usr/bin/env python3
"""Reads what `dv prof -o DIR --json FILE` wrote and checks it against the rules of the formats and
against the numbers of the run. Prints one line a rule: "ok NAME" or "not ok NAME: why".

    vendor.py DIR JSON MHZ split|merged"""
import csv
import glob
import json
import os
import re
import struct
import sys
from collections import defaultdict

DIR, DOC, MHZ, KIND = sys.argv[1], json.load(open(sys.argv[2])), int(sys.argv[3]), sys.argv[4]
CYCLE = 256

PIDS = {"SCALAR": 10, "SCALARLDST": 20, "VECTOR": 30, "CUBE": 40, "MTE1": 50, "MTE2": 60,
        "MTE3": 70, "FIXP": 80, "FLOWCTRL": 90, "ALL": 100, "CACHEMISS": 110, "USERMARK": 120}
COLOURS = {"MTE1": "thread_state_running", "MTE2": "thread_state_iowait", "MTE3": "rail_response",
           "SCALAR": "startup", "SCALARLDST": "startup", "VECTOR": "cq_build_failed",
           "CUBE": "background_memory_dump", "FIXP": "thread_state_unknown",
           "FLOWCTRL": "cq_build_passed", "CACHEMISS": "thread_state_runnable", "ALL": "good",
           "USERMARK": "rail_load", "SET_FLAG": "black", "WAIT_FLAG": "yellow"}
# Where a viewer of all cores puts the tracks.
PLACES = {"SCALAR": 1, "FLOWCTRL": 2, "MTE1": 3, "CUBE": 4, "FIXP": 5, "MTE2": 6, "VECTOR": 7,
          "MTE3": 8, "CACHEMISS": 9, "SCALARLDST": 10, "ALL": 11, "USERMARK": 12, "SET_FLAG": 14,
          "WAIT_FLAG": 15}
OF_LOG = {"VEC": "VECTOR"}
PIPES = ["SCALAR", "VECTOR", "CUBE", "MTE1", "MTE2", "MTE3", "FIXP"]


def rule(name, wrong):
    """wrong: what breaks the rule, empty when it holds."""
    wrong = list(wrong)
    print(f"ok {name}" if not wrong else f"not ok {name}: {len(wrong)}, first: {wrong[0]!r:.300}")


def exact(text):
    """Microseconds with six digits to 1/256 cycle: the rounding is undone."""
    whole, part = text.split(".")
    assert len(part) == 6, text
    return round((int(whole) * 10**6 + int(part)) * MHZ * CYCLE / 10**6)


def union(spans):
    total, end = 0, -1
    for a, b in sorted(spans):
        total += max(0, b - max(a, end))
        end = max(end, b)
    return total


def load(path):
    """A trace with its times as 1/256 cycle: ts and dur stay text until here."""
    text = open(path).read()
    doc = json.loads(text, parse_float=str)
    for e in doc["traceEvents"]:
        e["at"] = exact(e["ts"]) if isinstance(e.get("ts"), str) else e.get("ts")
        if e["ph"] == "X":
            # both ends are rounded by themselves
            ps = [int(e[k].replace(".", "")) for k in ("ts", "dur")]
            e["to"] = round(sum(ps) * MHZ * CYCLE / 10**6)
    return text, doc


def header(text, doc, schema):
    if doc["schemaVersion"] != schema:
        yield f"schemaVersion {doc['schemaVersion']}"
    if doc["displayTimeUnit"] != "ns" or doc["profilingType"] != "op":
        yield "displayTimeUnit or profilingType"
    if not 0 <= text.find('"profilingType"') < text.find("["):
        yield "profilingType stands behind the first ["


# ---- files of one core ---------------------------------------------------------------------------

def slice_rules(x, tracks):
    track = tracks.get(x["pid"])
    if not track:
        yield x
        return
    if x["name"] == "cache_time":
        if x["cname"] != "thread_state_stopped" or x["args"] or "group_id" not in x:
            yield "cache_time", x
        return
    colour = x["name"] if x["name"] in ("SET_FLAG", "WAIT_FLAG") else track
    if x["cname"] != COLOURS[colour]:
        yield "cname", x
    if not isinstance(x["tid"], int) or x["tid"] < 1:
        yield "tid", x
    if track == "CACHEMISS":
        if not re.fullmatch("0x[0-9a-f]+", x["name"]) or x["to"] - x["at"] != CYCLE:
            yield "miss", x
        return
    args = x["args"]
    if track == "USERMARK":
        if not re.fullmatch("Mark .+", x["name"]) or set(args) != {"trace_start", "trace_stop"}:
            yield "mark", x
        return
    if not re.fullmatch("0x[0-9a-f]+", args["pc_addr"]):
        yield "pc_addr", x
    if not re.fullmatch(r"([^\n]+:\d+)(\n[^\n]+:\d+)*", args["code"]):
        yield "code", x
    if not all(isinstance(v, str) for v in args.values()):
        yield "args are strings", x
    if x["name"] in ("SET_FLAG", "BAR") and x["to"] - x["at"] != CYCLE:
        yield "a SET and a BAR are one cycle long", x
    if track in ("SCALAR", "SCALARLDST") and ("XD:" in args["detail"]) != (track != "SCALAR"):
        yield "XD: stands on SCALARLDST", x
    if not re.fullmatch(r"[A-Za-z0-9_-]+", x["name"]):
        yield "mnemonic", x
    if set(args) - {"pc_addr", "code", "detail", "process_bytes"}:
        yield "args", x
    if x["name"] in ("SET_FLAG", "WAIT_FLAG"):
        if not re.fullmatch(r"PIPE:\w+,TRIGGERPIPE:\w+,FLAGID:\d+", args["detail"]):
            yield "detail of a flag", x


def groups(slices):
    """A wait for code stands directly in front of its instruction, on its lane."""
    pairs = defaultdict(list)
    for x in slices:
        if "group_id" in x:
            pairs[x["group_id"]].append(x)
    numbers = [int(re.fullmatch(r"[A-Z0-9]*?(\d+)", g)[1]) for g in pairs]
    if sorted(numbers) != list(range(1, len(pairs) + 1)):
        yield "a running number", numbers[:5]
    for group, pair in pairs.items():
        if len(pair) != 2 or [x["name"] == "cache_time" for x in pair] != [True, False]:
            yield "a pair", group
            continue
        wait, x = pair
        track = next(name for name, pid in PIDS.items() if pid == x["pid"])
        if not group.startswith(track) or (wait["pid"], wait["tid"]) != (x["pid"], x["tid"]):
            yield "lane", group
        if wait["to"] != x["at"]:
            yield "apart", wait, x


def waits_of_queues(slices):
    """A WAIT does not begin while the instruction before it in its pipe works; one that needs not
    wait has no length."""
    ends = defaultdict(int)
    for x in slices:
        track = next((name for name, pid in PIDS.items() if pid == x["pid"]), None)
        pipe = x["args"].get("detail", "").partition("PIPE:")[2].partition(",")[0]
        pipe = OF_LOG.get(pipe, pipe) if x["name"] == "WAIT_FLAG" else track
        if x["name"] == "WAIT_FLAG" and x["at"] < min(ends[pipe], x["to"]):
            yield x, ends[pipe]
        if x["name"] not in ("SET_FLAG", "cache_time") and track != "FLOWCTRL":
            ends[pipe] = max(ends[pipe], x["to"])


def overlaps(slices):
    lanes = defaultdict(list)
    for x in slices:
        lanes[x["pid"], x["tid"]].append((x["at"], x["to"]))
    for lane, spans in lanes.items():
        spans.sort()
        for a, b in zip(spans, spans[1:]):
            if b[0] < a[1]:
                yield lane, a, b


def metadata(events, slices):
    names = {e["pid"]: e["args"]["name"] for e in events if e["name"] == "process_name"}
    order = {e["pid"]: e["args"]["sort_index"] for e in events if e["name"] == "process_sort_index"}
    lanes = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    for name, pid in PIDS.items():
        if names.get(pid) != name or order.get(pid) != pid:
            yield name, pid
    for x in slices:
        if lanes.get((x["pid"], x["tid"])) != f"{names[x['pid']]}_{x['tid']}":
            yield "thread_name", x


def arrows(events, slices):
    """Every s has its t, in order per detail text, at the middle of the SET and the end of the
    WAIT."""
    ends = defaultdict(dict)
    for e in events:
        if e["ph"] in "st":
            if e["name"] != "flow" or not re.fullmatch(r"[A-Z0-9]+To[A-Z0-9]+", e["cat"]):
                yield "name or cat", e
            if not isinstance(e["pid"], str) or not isinstance(e["tid"], str):
                yield "pid and tid are strings", e
            if e["ph"] in ends[e["id"]]:
                yield "twice", e
            ends[e["id"]][e["ph"]] = e
    sets, waits = defaultdict(list), defaultdict(list)
    for x in slices:
        if x["name"] in ("SET_FLAG", "WAIT_FLAG"):
            (sets if x["name"] == "SET_FLAG" else waits)[x["args"]["detail"]].append(x)
    for ident, pair in ends.items():
        if set(pair) != {"s", "t"} or pair["t"]["at"] < pair["s"]["at"] - CYCLE // 2:
            yield ident, pair
    wait_ends = {(str(x["pid"]), str(x["tid"]), x["to"]) for v in waits.values() for x in v}
    for pair in ends.values():
        t = pair.get("t")
        if t and (t["pid"], t["tid"], t["at"]) not in wait_ends:
            yield "a t stands at the end of a WAIT", t
    if sorted(ends) != list(range(1, len(ends) + 1)):
        yield "id is a running number"
    # the n-th SET of a text and its n-th WAIT
    for detail in sets:
        src, dst = (OF_LOG.get(p, p) for p in
                    re.match(r"PIPE:(\w+),TRIGGERPIPE:(\w+)", detail).groups()[::-1])
        for a, b in zip(sets[detail], waits[detail]):
            middle = {a["at"] + CYCLE // 2, a["to"] - CYCLE // 2}
            fits = [p for p in ends.values() if set(p) == {"s", "t"} and p["s"]["at"] in middle and
                    (p["s"]["pid"], p["s"]["tid"]) == (str(a["pid"]), str(a["tid"])) and
                    (p["t"]["pid"], p["t"]["tid"], p["t"]["at"]) ==
                    (str(b["pid"]), str(b["tid"]), b["to"])] if len(ends) < 2000 else [1]
            if not fits:
                yield "no arrow from SET to WAIT", detail, a["at"], b["to"]
            elif fits != [1] and {p["s"]["cat"] for p in fits} != {f"{src}To{dst}"}:
                yield "cat", detail, fits[0]
    if sum(map(len, sets.values())) != len(ends):
        yield "a pair a SET", len(ends)
    for detail in sets:
        if len(sets[detail]) != len(waits[detail]):
            yield detail


# ---- tables --------------------------------------------------------------------------------------

def read_csv(path, columns):
    rows = list(csv.reader(open(path)))
    if rows[0] != columns:
        raise SystemExit(f"not ok header of {path}: {rows[0]}")
    return [dict(zip(columns, r)) for r in rows[1:]]


def cycles_of(text):
    whole, _, part = text.partition(".")
    units = int(whole) * CYCLE + (int(part) * CYCLE / 10 ** len(part) if part else 0)
    assert units == int(units), text
    return int(units)


def tables_agree(core, slices):
    """Every sum of the tables is that of the slices, to the last 1/256 cycle."""
    folder = os.path.join(DIR, "simulator", core)
    code = read_csv(f"{folder}/{core}_code_exe.csv",
                    ["code", "call_count", "cycles", "running_time(us)"])
    instr = read_csv(f"{folder}/{core}_instr_exe.csv",
                     ["instr", "addr", "pipe", "call_count", "cycles", "running_time(us)",
                      "detail"])
    by_pc, by_line = defaultdict(list), defaultdict(list)
    for x in slices:
        by_pc[x["args"]["pc_addr"]].append((x["at"], x["to"]))
        by_line[x["args"]["code"].split("\n")[0]].append((x["at"], x["to"]))
    for rows, key, spans in (instr, "addr", by_pc), (code, "code", by_line):
        if {r[key] for r in rows} != set(spans):
            yield key, set(spans) ^ {r[key] for r in rows}
        for r in rows:
            s = spans[r[key]]
            want = len(s), sum(b - a for a, b in s), union(s)
            got = int(r["call_count"]), cycles_of(r["cycles"]), exact(r["running_time(us)"])
            if want != got:
                yield core, r[key], want, got
    raw = open(f"{folder}/{core}_instr_exe.csv").read().splitlines()[1:]
    for line in raw:
        if not line.endswith('"'):
            yield "detail is quoted", line


# Of every core: all slices, and those of instructions.
SLICES, CODE = {}, {}


def check_times():
    rows = read_csv(os.path.join(DIR, "CoreTime.csv"),
                    ["core_name", "duration_time(us)", "running_time(us)"])
    rule("core times, rows", [] if sorted(r["core_name"] for r in rows) == cores() else rows)
    for r in rows:
        spans = [(x["at"], x["to"]) for x in CODE[r["core_name"]]]
        want = max(b for _, b in spans) - min(a for a, _ in spans), union(spans)
        got = exact(r["duration_time(us)"]), exact(r["running_time(us)"])
        rule(f"core times, {r['core_name']}", [] if want == got else [(want, got)])


def cores():
    found = sorted(glob.glob(os.path.join(DIR, "simulator", "core*")))
    return [os.path.basename(f) for f in found]


def check_cores():
    busy = defaultdict(int)
    names = cores()
    shape = r"core\d+\.(cubecore0|veccore[01])" if KIND == "split" else r"core\d+"
    rule("folders", [n for n in names if not re.fullmatch(shape, n)] or ([] if names else ["none"]))
    for core in names:
        text, doc = load(os.path.join(DIR, "simulator", core, "trace.json"))
        events = doc["traceEvents"]
        slices = [e for e in events if e["ph"] == "X"]
        tracks = {pid: name for name, pid in PIDS.items()}
        rule(f"{core} header", header(text, doc, 1))
        rule(f"{core} metadata", metadata(events, slices))
        rule(f"{core} slices", (w for x in slices for w in slice_rules(x, tracks)))
        rule(f"{core} lanes", overlaps(slices))
        rule(f"{core} waits for code", groups(slices))
        rule(f"{core} waits of queues", waits_of_queues(slices))
        rule(f"{core} arrows", arrows(events, slices))
        of_code = [x for x in slices if tracks[x["pid"]] not in ("CACHEMISS", "USERMARK")
                   and x["name"] != "cache_time"]
        SLICES[core] = slices
        CODE[core] = of_code
        rule(f"{core} tables", tables_agree(core, of_code))
        for pipe in PIPES[1:]:
            busy[pipe] += union((x["at"], x["to"]) for x in slices if tracks[x["pid"]] == pipe)
    for pipe, row in DOC["pipes"].items():
        if pipe != "SCALAR" and row:
            want, got = row["busy_cycles"] * CYCLE, busy[pipe]
            rule(f"busy {pipe}", [] if want == got else [(want, got)])


# ---- the file of all cores -----------------------------------------------------------------------

def place_of(core):
    m = re.fullmatch(r"core(\d+)(?:\.(cube|vec)core(\d))?", core)
    if not m[2]:
        return int(m[1])
    return 3 * int(m[1]) + (1 if m[2] == "cube" else 2 + int(m[3]))


def all_places(events):
    for e in events:
        if e["name"] == "process_sort_index" and e["pid"] != "MTE Throughput":
            if e["tid"] != "NA" or e["args"]["sort_index"] != place_of(e["pid"]):
                yield e
        if e["ph"] in "XBE" and (e["tid"] not in COLOURS or e["cname"] != COLOURS[e["tid"]]):
            yield e
        if e["ph"] in "XBE" and e["pid"] not in cores():
            yield e


def all_flags(events):
    seen = defaultdict(str)
    for e in events:
        if e["ph"] in "BEst":
            if not re.fullmatch(re.escape(e["pid"]) + r"_\d+", e["id"]):
                yield e
            seen[e["id"]] += e["ph"]
    for ident, marks in seen.items():
        if sorted(marks) != sorted("BEsBEt"):
            yield ident, marks


def all_same(events):
    """What stands in the files of cores stands in that of all, but for the waits for code."""
    want, got = defaultdict(int), defaultdict(int)
    for core, slices in SLICES.items():
        for x in slices:
            if x["name"] == "cache_time":
                continue
            flag = x["name"] in ("SET_FLAG", "WAIT_FLAG")
            track = x["name"] if flag else next(t for t, p in PIDS.items() if p == x["pid"])
            track = "SCALAR" if track == "SCALARLDST" else track
            want[core, track, x["name"], x["at"], x["to"], json.dumps(x["args"])] += 1
    begun = {}
    for e in events:
        if e["ph"] == "X":
            got[e["pid"], e["tid"], e["name"], e["at"], e["to"], json.dumps(e["args"])] += 1
        if e["ph"] == "B":
            begun[e["id"], e["name"]] = e
        if e["ph"] == "E":
            b = begun.pop((e["id"], e["name"]))
            got[e["pid"], e["tid"], e["name"], b["at"], e["at"], json.dumps(b["args"])] += 1
    for key in want.keys() | got.keys():
        if want[key] != got[key]:
            yield key, want[key], got[key]


def track_places(events):
    found = {(e["pid"], e["tid"]): e["args"]["sort_index"] for e in events
             if e["name"] == "thread_sort_index"}
    want = {(core, track): place for core in cores() for track, place in PLACES.items()}
    for key in want.keys() | found.keys():
        if want.get(key) != found.get(key):
            yield key, want.get(key), found.get(key)


def counters(events):
    names = {"GM_TO_L1": ["GM_TO_L1"], "GM_TO_UB": ["GM_TO_UB"], "L1_TO_GM": ["L1_TO_GM"],
             "UB_TO_GM": ["UB_TO_GM"],
             "GM_TO_TOTAL": ["GM_TO_L1", "GM_TO_UB", "GM_TO_L0A", "GM_TO_L0B"],
             "TOTAL_TO_GM": ["L1_TO_GM", "UB_TO_GM", "L0C_TO_GM"]}
    sums, last = defaultdict(float), {}
    for e in events:
        if e["ph"] != "C":
            continue
        if e["pid"] != "MTE Throughput" or e["tid"] != 0 or not isinstance(e["ts"], int):
            yield e
        last[e["name"]] = value = float(e["args"]["throughput(MB/s)"])
        sums[e["name"]] += value
    for name, paths in names.items():
        want = sum(DOC["bytes"].get(p) or 0 for p in paths)
        if sums[name] != want or last.get(name, 0) != 0:
            yield name, sums[name], want, last.get(name)


def check_all():
    text, doc = load(os.path.join(DIR, "simulator", "trace.json"))
    rule("all header", header(text, doc, 2))
    rule("all places", all_places(doc["traceEvents"]))
    rule("all tracks", track_places(doc["traceEvents"]))
    rule("all slices", all_same(doc["traceEvents"]))
    rule("all flags", all_flags(doc["traceEvents"]))
    rule("all counters", counters(doc["traceEvents"]))


# ---- metrics -------------------------------------------------------------------------------------

def column_sum(rows, name):
    return sum(float(r[k]) for r in rows for k in (f"aic_{name}", f"aiv_{name}", name)
               if r.get(k, "NA") != "NA")


def near(name, got, want):
    rule(name, [] if abs(got - want) <= 1e-7 * abs(want) else [(got, want)])


def metric_values(tables):
    """What the tables say of the run as a whole."""
    basic, memory, l2 = tables["OpBasicInfo"][0], tables["Memory"], tables["L2Cache"]
    rule("basic", [basic] if (basic["Op Name"], int(basic["Block Dim"])) !=
         (DOC["kernel"], DOC["blocks"]) else [])
    near("basic time", float(basic["Task Duration(us)"]), DOC["task_us"])
    rule("basic clock", [basic] if {basic["Current Freq"], basic["Rated Freq"]} != {str(MHZ)}
         else [])
    longest = 0
    for r in memory:
        for side in "aic", "aiv":
            if r.get(f"{side}_total_cycles", "NA") != "NA":
                cycles = int(r[f"{side}_total_cycles"])
                longest = max(longest, cycles)
                near(f"time of a core, {cycles}", float(r[f"{side}_time(us)"]), cycles / MHZ)
    rule("most cycles", [] if longest == -(-int(DOC["core_cycles"]["max"] * CYCLE) // CYCLE) else
         [(longest, DOC["core_cycles"])])
    if KIND == "split":
        sides = {(r["aic_total_cycles"] == "NA") + 2 * (r["aiv_total_cycles"] == "NA")
                 for r in memory}
        rule("a row is of one core", sides - {1, 2})
        rule("names of blocks", [r for r in memory if not re.fullmatch(
            r"cube0|vector[01]", r["sub_block_id"]) or not r["block_id"].isdigit()])
        for path in "GM_TO_L1", "L1_TO_GM", "L0C_TO_L1", "L0C_TO_GM", "GM_TO_UB", "UB_TO_GM":
            note = "(estimate)" if "L1" in path and "GM" in path else ""
            kilo = column_sum(memory, path.replace("TO", "to") + "_datas(KB)" + note)
            near(f"bytes of {path}", kilo * 1024, DOC["bytes"][path])
        pieces = sum(column_sum(l2, name) for name in (
            "write_cache_hit", "write_cache_miss_allocate", "r0_read_cache_hit",
            "r0_read_cache_miss_allocate"))
        rule("pieces of L2", [] if (pieces > 0) == (
            DOC["bytes"]["L2_HIT"] + DOC["bytes"]["L2_MISS"] > DOC["bytes"]["SCALAR_GM"])
            else [pieces])
    arithmetic = tables["ArithmeticUtilization"]
    rule("cube_fops", [] if column_sum(arithmetic, "cube_fops") == 2 * DOC["mac_executed"] else
         [(column_sum(arithmetic, "cube_fops"), DOC["mac_executed"])])


def check_metrics():
    wanted = json.load(open(os.path.join(os.path.dirname(__file__), "metrics.json")))[KIND]
    for name, columns in wanted.items():
        rows = read_csv(os.path.join(DIR, f"{name}.csv"), columns)
        used = len(cores()) if name != "OpBasicInfo" else 1
        rule(f"{name} rows", [] if len(rows) == used else [len(rows)])
        odd = [(k, v) for r in rows for k, v in r.items()
               if (k.endswith("_ratio") or k.endswith("rate(%)")) and v != "NA"
               and not 0 <= float(v) <= (100.0001 if "%" in k else 1)]
        rule(f"{name} shares", odd)
    metric_values({name: read_csv(os.path.join(DIR, f"{name}.csv"), columns)
                   for name, columns in wanted.items()})
    pipes = read_csv(os.path.join(DIR, "PipeUtilization.csv"), wanted["PipeUtilization"])
    for key, pipe in ("cube", "CUBE"), ("mte1", "MTE1"), ("mte2", "MTE2"), ("mte3", "MTE3"), \
            ("fixpipe", "FIXP"), ("vec", "VECTOR"), ("scalar", "SCALAR"):
        took = [float(v) for r in pipes for k, v in r.items()
                if k in (f"aic_{key}_time(us)", f"aiv_{key}_time(us)") and v != "NA"]
        row = DOC["pipes"].get(pipe)
        want = row["busy_cycles"] / MHZ if row else 0
        rule(f"time of {pipe}", [] if abs(sum(took) - want) < 1e-6 * want + 1 / MHZ else
             [(sum(took), want)])


# ---- visualize_data.bin --------------------------------------------------------------------------

def blocks(data):
    at = 0
    while at < len(data):
        size, kind, pad, version, spare = struct.unpack_from("<QBBBB", data, at)
        at += 12
        path = None
        if kind == 1:
            path = data[at:at + 4096].split(b"\0")[0].decode()
            at += 4096
        body = data[at:at + size]
        assert len(body) == size and size % 4 == 0 and pad <= 3, "truncated"
        assert version == (0 if kind == 4 else 0x5A) and spare == 0x5A, "version"
        assert body[size - pad:] == b"\0" * pad, "padding"
        at += size
        yield kind, path, body[:size - pad]


def arrays(doc, listed, dtype):
    for row in listed:
        if set(row) - {"Address Range"} != set(dtype) - {"Address Range"}:
            yield row
        for value in (v for k, v in row.items() if isinstance(v, list) and k != "Address Range"):
            if len(value) != len(doc["Cores"]):
                yield row


def conflicts(detail, name):
    """Blocks of the first repeat in one bank group, the most, minus one: sources, destination."""
    x = {k: int(v, 16) for k, v in re.findall(r"(X[DNMT]):X\d+=(0x[0-9a-f]+)", detail)}
    if len(x) != 4 or not x["XT"] >> 56:
        return None
    def most(*walks):
        groups = defaultdict(int)
        for base, block in walks:
            for b in range(8):
                groups[base + 32 * b * block >> 5 & 15] += 1
        return max(groups.values()) - 1
    xt = x["XT"]
    return (most((x["XN"], xt >> 8 & 255), (x["XM"], xt >> 16 & 255)), most((x["XD"], xt & 255)))


def bank_columns(instr):
    """Of two-source instructions, which the tracer shows with their registers."""
    for row in instr["Instructions"]:
        name = row["Source"].split(" ")[0]
        for i, core in enumerate(instr["Cores"]):
            got = row["UB Read Conflict"][i], row["UB Write Conflict"][i]
            if row["Pipe"] != "VECTOR" and got != (-1, -1):
                yield row
            if name not in ("VADD", "VSUB", "VMUL", "VMAX", "VMIN"):
                continue
            found = [conflicts(x["args"]["detail"], name) for x in CODE[core]
                     if x["args"]["pc_addr"] == row["Address"]]
            found = [f for f in found if f]
            if found and got != tuple(map(max, zip(*found))):
                yield row["Source"], got, found[0]
            if (got[0] < 0) != (row["UB Read Conflict Cycles"][i] < 0):
                yield row


def roof_rules(doc):
    titles = ["GM/L2", "Memory Unit(Cube)", "Memory Unit(Vector)", "Memory Transfer(Cube)",
              "Memory Transfer(Vector)", "Pipeline(Cube)", "Pipeline(Vector)"]
    if set(doc) != {"multiple_rooflines", "advice"} or not isinstance(doc["advice"], str):
        yield list(doc)
    if [m["title"] for m in doc["multiple_rooflines"]] != titles:
        yield [m["title"] for m in doc["multiple_rooflines"]]
    for m in doc["multiple_rooflines"]:
        for r in m["rooflines"]:
            x, y = r["point"]
            roof = min(r["computility"], x * r["bw"])
            if set(r) != {"computility_name", "computility", "bw_name", "bw", "point", "ratio"}:
                yield r
            if not x > 0 or not y > 0 or abs(r["ratio"] - y / roof) > 1e-6 * r["ratio"]:
                yield m["title"], r
            if not 0 < r["ratio"] <= 1.05:
                yield "above its roof", m["title"], r


FILE_COLUMNS = {"Line": 1, "Address Range": 0, "Cycles": 1, "Instructions Executed": 1,
                "GPR Count": 1, "Process Bytes": 1}
# The last three are ours.
INSTRUCTION_COLUMNS = {
    "Address": 3, "AscendC Inner Code": 3, "Source": 3, "Pipe": 3, "Instructions Executed": 1,
    "Cycles": 1, "GPR Count": 1, "Process Bytes": 1, "Vector Utilization Percentage": 4,
    "UB Read Conflict": 1, "UB Write Conflict": 1, "UB Read Conflict Cycles": 1,
    "UB Write Conflict Cycles": 1, "UB Read Write Conflict Cycles": 1}


def bin_sums(files, instr):
    """Cycles, calls and bytes of the blocks are those of the slices."""
    for row in instr["Instructions"]:
        for i, core in enumerate(instr["Cores"]):
            mine = [x for x in CODE[core] if x["args"]["pc_addr"] == row["Address"]]
            cycles = sum(x["to"] - x["at"] for x in mine)
            bytes_ = sum(int(x["args"].get("process_bytes", 0)) for x in mine)
            got = row["Instructions Executed"][i], row["Cycles"][i], row["Process Bytes"][i]
            if got != (len(mine), (cycles + CYCLE // 2) // CYCLE, bytes_):
                yield core, row["Source"], got
            if mine and row["Source"].split(" ")[0] != mine[0]["name"]:
                yield "Source is mnemonic, blank, detail", row["Source"]
            if mine and row["AscendC Inner Code"] != mine[0]["args"]["code"].split("\n")[0]:
                yield row["AscendC Inner Code"]
    inside = [(int(a, 16), int(b, 16)) for f in files["Files"] for line in f["Lines"]
              for a, b in line["Address Range"]]
    for row in instr["Instructions"]:
        if sum(a <= int(row["Address"], 16) <= b for a, b in inside) != 1:
            yield "a line an instruction", row["Address"]


def check_bin():
    found = list(blocks(open(os.path.join(DIR, "simulator", "visualize_data.bin"), "rb").read()))
    kinds = [k for k, _, _ in found]
    rule("bin blocks", {1, 3, 4, 5, 8, 13} ^ set(kinds))
    rule("bin one of a kind", [k for k in kinds if k != 1 and kinds.count(k) > 1])
    rule("bin paths", [p for k, p, _ in found if k == 1 and len(p) > 4095])
    rule("bin sources", [p for k, p, b in found if k == 1 and open(p, "rb").read() != b])
    docs = {k: json.loads(b) for k, _, b in found if k != 1}
    files, instr, roofs = docs[3], docs[4], docs[13]
    lines = [line for f in files["Files"] for line in f["Lines"]]
    rule("bin cores", [] if sorted(files["Cores"]) == sorted(instr["Cores"]) == cores() else
         [files["Cores"]])
    rule("bin lines", arrays(files, lines, files["Files Dtype"]["Lines"]))
    rule("bin instructions",
         arrays(instr, instr["Instructions"], instr["Instructions Dtype"]["Instructions"]))
    calls = defaultdict(int)
    for core in cores():
        for r in csv.DictReader(open(f"{DIR}/simulator/{core}/{core}_instr_exe.csv")):
            calls[r["addr"]] += int(r["call_count"])
    rule("bin calls", [r["Address"] for r in instr["Instructions"]
                       if sum(r["Instructions Executed"]) != calls[r["Address"]]])
    rule("bin calls of lines",
         [] if sum(sum(line["Instructions Executed"]) for line in lines) == sum(calls.values())
         else ["sum"])
    rule("bin columns", [] if files["Files Dtype"] == {"Lines": FILE_COLUMNS} and
         instr["Instructions Dtype"] == {"Instructions": INSTRUCTION_COLUMNS} else ["dtypes"])
    rule("bin sums", bin_sums(files, instr))
    rule("bin banks", bank_columns(instr))
    points = [r for m in roofs["multiple_rooflines"] for r in m["rooflines"]]
    rule("bin rooflines", roof_rules(roofs))
    rule("bin has rooflines", [] if points or not DOC["mac_executed"] else ["none"])
    rule("bin basic", [] if (docs[5]["name"], docs[5]["soc"], docs[5]["block_dim"]) ==
         (DOC["kernel"], DOC["model"]["chip"], DOC["blocks"]) else [docs[5]])
    rule("bin heat", [p for p, v in docs[8]["Paths"].items() if sum(v) != DOC["bytes"][p]])


check_cores()
check_times()
check_all()
check_metrics()
check_bin()
