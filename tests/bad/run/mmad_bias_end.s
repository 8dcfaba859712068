; expect: 8:5: BOUNDS: reads bt 0x3c0..0x440, bt of this core has 1024 bytes
.kernel k, core=aic
k:
    .reg    c, za:l0a = 0, zb:l0b = 0, mm:mmad
    mov     c, 0x3c0
    shl.b64 c, c, 32
    mov     mm, {m=16 k=32 n=32 c_source=1}
    mmad.s8 [c], [za], [zb], mm
    end
