; expect: 5:10: no register is left for 'c'; in use: x0 a, x1 a, x2 a, x3 a, x4 a, x5 a, x6 a, x7 a, x8 a, x9 a, x10 a, x11 a, x12 a, x13 a, x14 a, x15 a, x16 b, x17 b, x18 b, x19 b, x20 b, x21 b, x22 b, x23 b, x24 b, x25 b, x26 b, x27 b, x28 b, x30 b
.kernel k, core=aiv
k:
    .reg a[16], b[14]
    .reg c
    end
