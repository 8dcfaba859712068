; expect: 6:15: align has no field 'length'
.kernel k, core=aiv
.buf A, ub, f16[16], copies=2
k:
    .reg a:ub = A[0], m:align, mm:mmad
    .assert m.length == 1, "x"
    end
