; expect: 5:17: kernel 'k' has no parameter 'row'
.kernel k, core=aiv
.param rows, u32 = 4
k:
    ldparam x1, row
    end
