; expect: 6:5: ALIGN: src address 0x810 in ub is not a multiple of 32 bytes
.kernel k, core=aiv
k:
    .reg a:ub = 1024, b:ub = 2064
    .reg v:vextract = {repeat=1 field=4}
    vextract.f16 [a], [b], v
    end
