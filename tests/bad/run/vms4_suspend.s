; expect: 6:5: RANGE: repeat = 2 with valid = 15, suspend = 1: the hardware hangs, several repeats need valid = 15 and suspend = 0
.kernel k, core=aiv
k:
    .reg a:ub = 4096, b:ub = 0 | 8 << 16 | 16 << 32 | 24 << 48
    .reg v:vms4 = {repeat=2 suspend=1 len0=8 len1=8 len2=8 len3=8}
    vms4.f16 [a], b, v
    end
