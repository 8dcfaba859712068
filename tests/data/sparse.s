; Sparse or dense s8 with a bias, timing only: 64 x 1024 times 1024 x 64 in four products.
.kernel sparse, core=aic
sparse:
    .reg    c, za:l0a = 0, zb:l0b = 0, mm:mmad
    mov     c, 0
    mov     mm, {m=64 k=1024 n=64 c_source=1}
    bar.all
    .rept   4
    .if     SPARSE
    mmad_sp.s8 [c], [za], [zb], mm
    .else
    mmad.s8 [c], [za], [zb], mm
    .endif
    .endr
    end
