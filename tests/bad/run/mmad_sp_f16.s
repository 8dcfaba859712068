; expect: 6:5: UNSUPPORTED: mmad_sp_f16f32 is not executed: the index matrix of this element size is not public
.kernel k, core=aic
k:
    .reg    zc:l0c = 0, za:l0a = 0, zb:l0b = 0, mm:mmad
    mov     mm, {m=16 k=128 n=16}
    mmad_sp.f16f32 [zc], [za], [zb], mm
    end
