; expect: 6:5: RANGE: pattern 9: there are patterns 0 to 7
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 0x1000, b:ub = 0x2000, v:vreducev2 = {repeat=1 pattern=1}, n = 9 << 16
    or.b64 n, n, v
    vreducev2.b16 [d], [a], [b], n
    end
