; expect: 6:5: ILLEGAL: unit_flag = 1 is no mode: use 0, 2 or 3
.kernel k, core=aic
k:
    .reg    zc:l0c = 0, za:l0a = 0, zb:l0b = 0, mm:mmad
    mov     mm, {m=16 k=64 n=16 unit_flag=1}
    mmad.s4 [zc], [za], [zb], mm
    end
