; expect: 6:5: UNSUPPORTED: weight_offset = 1 is not executed
.kernel k, core=aic
k:
    .reg    zc:l0c = 0, za:l0a = 0, zb:l0b = 0, mm:mmad
    mov     mm, {m=16 k=64 n=16 weight_offset=1}
    mmad.u8 [zc], [za], [zb], mm
    end
