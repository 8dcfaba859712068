; expect: 6:5: mmad: n = 0 in the config word
.kernel k, core=aic
k:
    .reg c:l0c = 0, za:l0a = 0, zb:l0b = 0, m:mmad
    mov m, {m=16 k=16 n=0 c_init=1}
    mmad.f16f32 [c], [za], [zb], m
    end
