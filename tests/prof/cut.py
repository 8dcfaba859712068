"""What a full disk left of a file of `dv prof -o`: cut.py FILE WHOLE, where WHOLE is the same file
of a run with room. Prints "whole records" or what is wrong; "gone" when nothing is left."""
import html.parser
import json
import os
import sys


def packets(data):
    """Ends of the packets of a Perfetto trace."""
    at, ends = 0, {0}
    while at < len(data):
        assert data[at] == 0x0A, "a packet"
        at, size, shift = at + 1, 0, 0
        while True:
            size |= (data[at] & 0x7F) << shift
            shift += 7
            at += 1
            if data[at - 1] < 0x80:
                break
        at += size
        ends.add(at)
    return ends


def blocks(data):
    """Ends of the blocks of visualize_data.bin."""
    at, ends = 0, {0}
    while at < len(data):
        size, kind = int.from_bytes(data[at : at + 8], "little"), data[at + 8]
        at += 12 + size + (4096 if kind == 1 else 0)
        ends.add(at)
    return ends


def lines(data):
    return {0} | {i + 1 for i, c in enumerate(data) if c == 10}


def shared(a, b):
    n = min(len(a), len(b))
    return next((i for i in range(n) if a[i] != b[i]), n)


def speedscope(part, whole):
    frames = part["shared"]["frames"]
    assert frames == whole["shared"]["frames"], "frames"
    count = 0
    for mine, theirs in zip(part["profiles"], whole["profiles"]):
        assert mine["events"] == theirs["events"][: len(mine["events"])], "events"
        assert all(e["frame"] < len(frames) for e in mine["events"]), "a frame that is not there"
        count += len(mine["events"])
    assert count > 0, "nothing left"


class Page(html.parser.HTMLParser):
    """Every script that was opened is closed, and the end says what happened."""

    def __init__(self):
        super().__init__()
        self.open, self.text = 0, ""

    def handle_starttag(self, tag, attrs):
        self.open += tag == "script"

    def handle_endtag(self, tag):
        self.open -= tag == "script"

    def handle_data(self, data):
        self.text += data


def check(path, part, whole):
    name = os.path.basename(path)
    assert len(part) < len(whole), "as long as the whole"
    if name == "trace.json":
        mine, theirs = json.loads(part)["traceEvents"], json.loads(whole)["traceEvents"]
        assert mine and mine == theirs[: len(mine)], "events"
    elif name == "speedscope.json":
        speedscope(json.loads(part), json.loads(whole))
    elif name == "report.html":
        page = Page()
        page.feed(part.decode())
        assert not page.open and "not complete" in page.text, "the page is not closed"
    else:
        find = {".pftrace": packets, ".bin": blocks}.get(os.path.splitext(name)[1], lines)
        assert shared(part, whole) == len(part), "not what the whole begins with"
        assert len(part) in find(whole), "a record is cut in two"


def main():
    path, whole = sys.argv[1:3]
    if not os.path.exists(path):
        return print("gone")
    try:
        check(path, open(path, "rb").read(), open(whole, "rb").read())
        print("whole records")
    except (AssertionError, ValueError, KeyError) as e:
        print(f"{type(e).__name__}: {e}")


main()
