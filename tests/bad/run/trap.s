; expect: 4:5: ILLEGAL: the kernel executed a trap
.kernel k, core=aiv
k:
    trap
    end
