; expect: 5:5: RANGE: jump to an address that is no multiple of 4
.kernel k, core=aiv
k:
    .reg a = 2
    jumpr a
    end
