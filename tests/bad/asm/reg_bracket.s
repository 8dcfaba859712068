; expect: 4:12: this [ is not closed
.kernel k, core=aiv
k:
    .reg a[2
    end
