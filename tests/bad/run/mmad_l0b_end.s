; expect: 6:5: BOUNDS: reads l0b 0xfe00..0x10200, l0b of this core has 65536 bytes
.kernel k, core=aic
k:
    .reg    zc:l0c = 0, za:l0a = 0, zb:l0b = 0xfe00, mm:mmad
    mov     mm, {m=16 k=128 n=16}
    mmad_sp.s8 [zc], [za], [zb], mm
    end
