; expect: 9:5: ALIGN: bias address 0x20 in bt is not a multiple of 64 bytes
.kernel k, core=aic
k:
    .reg    c, za:l0a = 0, zb:l0b = 0, mm:mmad
    mov     c, 0x20
    shl.b64 c, c, 32
    mov     mm, {m=16 k=32 n=16 c_source=1}

    mmad.s8 [c], [za], [zb], mm
    end
