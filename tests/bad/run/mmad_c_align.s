; expect: 6:5: ALIGN: dst address 0x200 in l0c is not a multiple of 1024 bytes
.kernel k, core=aic
k:
    .reg    zc:l0c = 0x200, za:l0a = 0, zb:l0b = 0, mm:mmad
    mov     mm, {m=16 k=16 n=16}
    mmad.f16f16 [zc], [za], [zb], mm
    end
