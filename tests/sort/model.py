"""Scores and indices for sort.s, and what it must make of them: model.py make|judge DIR N WIDE.

Few different scores, so that most have equals, whose order is that of the indices."""
import random
import struct
import sys


def save(path, kind, data, count):
    head = ("{'descr': '" + kind + "', 'fortran_order': False, 'shape': (%d,), }" % count).encode()
    head += b" " * (63 - (10 + len(head)) % 64) + b"\n"
    with open(path, "wb") as f:
        f.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + data)


def main():
    verb, path, n, wide = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    random.seed(n + wide)
    scores = [random.randint(-40, 40) / 4 for _ in range(n)]
    code = "<%de" % n if wide == 2 else "<%df" % n
    if verb == "make":
        save(path + "/x.npy", "|u1", struct.pack(code, *scores), n * wide)
        save(path + "/i.npy", "<u4", struct.pack("<%dI" % n, *range(n)), n)
        return
    with open(path + "/y.npy", "rb") as f:
        got = f.read()[-8 * n:]
    order = sorted(range(n), key=lambda i: -scores[i])
    want = b"".join(struct.pack("<e2xI" if wide == 2 else "<fI", scores[i], i) for i in order)
    print("sorted" if got == want else "wrong")


main()
