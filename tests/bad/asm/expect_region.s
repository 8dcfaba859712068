; expect: 7:20: there is no region 'laod'
.kernel k, core=aiv
k:
    .mark load
    nop
    .endmark
    .expect_cycles laod, 1, 5
    end
