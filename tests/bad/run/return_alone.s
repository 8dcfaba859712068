; expect: 4:5: ILLEGAL: return without a call
.kernel k, core=aiv
k:
    ret
    end
