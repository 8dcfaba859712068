; expect: 6:5: ALIGN: dst address 0x410 in ub is not a multiple of 32 bytes
.kernel k, core=aiv
k:
    .reg a:ub = 1040, b:ub = 2048
    .reg v:vbs32 = {repeat=1}
    vbs16.f16 [a], [b], v
    end
