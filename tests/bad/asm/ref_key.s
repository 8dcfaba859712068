; expect: 3:11: expected rtol= atol= max_ulp= or an argument
.kernel k, core=aiv
.ref add, tol=1
k:
    nop
    end
