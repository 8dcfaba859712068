; expect: 3:30: unknown layout 'nx' (nd nz zz zn nc1hwc0)
.kernel k, core=aiv
.param a, in, f16[8], layout=nx
k:
    nop
    end
