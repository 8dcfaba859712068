; expect: 6:5: RANGE: repeat = 2 and list 2 at 0x110 does not follow list 1: the hardware hangs, several repeats need adjacent lists
.kernel k, core=aiv
k:
    .reg a:ub = 4096, b:ub = 0 | 8 << 16 | 17 << 32 | 25 << 48
    .reg v:vms4 = {repeat=2 len0=8 len1=8 len2=8 len3=8}
    vms4.f16 [a], b, v
    end
