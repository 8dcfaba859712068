"""Judges what dv check said of the planted kernels: judge.py DIR KERNEL.s ..

DIR holds NAME.BUG.json, .status and .err for BUG = 1 and 0. Prints one line a kernel: ok or
not_ok, the name, what is wrong; with tabs between."""
import json
import re
import sys

HINTS = {"REDUNDANT", "BANK", "REPEAT", "BURST", "GMALIGN", "BARRIER", "ZERO"}
WARNINGS = {"STATE"}
MARK = re.compile(r"; <- ([A-Z]+)( other)?(?: \((warning)\))?\s*$")


def marks(text):
    """code, severity, lines of the bug, lines of the other access"""
    code, severity, lines, others = None, None, set(), set()
    for number, line in enumerate(text.splitlines(), 1):
        m = MARK.search(line)
        if not m:
            continue
        if code and m[1] != code:
            raise ValueError(f"marks {code} and {m[1]}: one bug a kernel")
        code = m[1]
        severity = m[3] or severity
        (others if m[2] else lines).add(number)
    if not lines:
        raise ValueError("no line is marked")
    default = "hint" if code in HINTS else "warning" if code in WARNINGS else "error"
    return code, severity or default, lines, others


def load(path, name, bug):
    status = open(f"{path}/{name}.{bug}.status").read().strip()
    try:
        with open(f"{path}/{name}.{bug}.json") as f:
            document = json.load(f)
    except (OSError, ValueError) as e:
        said = " / ".join(open(f"{path}/{name}.{bug}.err").read().split("\n")[:3])
        raise ValueError(f"BUG={bug}: no document, status {status}: {said}") from e
    return status, document


def show(findings):
    said = [f"{f['code']} {f['severity']} {f['file']}:{f['line']}"
            + (f" against {f['other']['line']}" if f["other"] else "") for f in findings]
    return ", ".join(said) or "nothing"


def hits(f, code, severity, lines, others):
    here, there = f["line"], f["other"] and f["other"]["line"]
    if f["code"] != code or f["severity"] != severity:
        return False
    return here in lines or (here in others and there in lines)


def judge_bug(path, name, code, severity, lines, others):
    status, document = load(path, name, 1)
    found = document["findings"]
    if not any(hits(f, code, severity, lines, others) for f in found):
        return f"BUG=1: wanted {code} {severity} at {sorted(lines)}, found {show(found)}"
    if code == "COLLISION" and len([f for f in found if f["severity"] == "error"]) > 2:
        return f"BUG=1: errors that follow from the collision: {show(found)}"
    want = "1" if severity == "error" else "0"
    if status != want:
        return f"BUG=1: status {status}, wanted {want}: {show(found)}"
    return None


def judge_twin(path, name, code, verify):
    status, document = load(path, name, 0)
    bad = [f for f in document["findings"] if f["severity"] != "hint" or f["code"] == code]
    if bad:
        return f"BUG=0: {show(bad)}: {bad[0]['message']}"
    if status != "0":
        return f"BUG=0: status {status}"
    said = open(f"{path}/{name}.0.err").read()
    if "warning:" in said:
        return "BUG=0: the assembler warns: " + said.splitlines()[0]
    if verify and document["verified"] is not True:
        return f"BUG=0: verified is {document['verified']}"
    return None


def judge(path, kernel):
    name = kernel.removesuffix(".s")
    text = open(kernel).read()
    try:
        code, severity, lines, others = marks(text)
        verify = re.search(r"^\.ref", text, re.M)
        if not verify and ".assert" not in text:
            return "neither .ref nor .assert says what the twin computes"
        wrong = [judge_bug(path, name, code, severity, lines, others),
                 judge_twin(path, name, code, verify)]
        return "; ".join(filter(None, wrong))
    except ValueError as e:
        return str(e)


for argument in sys.argv[2:]:
    problem = judge(sys.argv[1], argument)
    print("not_ok" if problem else "ok", argument, problem or "", sep="\t")
