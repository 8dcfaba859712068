; expect: 4:13: 'k' is a label; its address is not known here
.kernel k, core=aiv
k:
    .assert k > 0, "a"
    end
