; expect: 6:5: BOUNDS: writes l0c 0x1fc00..0x20400, l0c of this core has 131072 bytes
.kernel k, core=aic
k:
    .reg c:l0c = 0x1fc00, za:l0a = 0, zb:l0b = 0, m:mmad
    mov m, {m=32 k=16 n=16 c_init=1}
    mmad.f16f32 [c], [za], [zb], m
    end
