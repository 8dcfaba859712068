; expect: 6:5: RANGE: repeat = 2 with valid = 7, suspend = 0: the hardware hangs, several repeats need valid = 15 and suspend = 0
.kernel k, core=aiv
k:
    .reg a:ub = 4096, b:ub = 0
    .reg v:vms4 = {repeat=2 valid=7 len0=8 len1=8 len2=8}
    vms4.f16 [a], b, v
    end
