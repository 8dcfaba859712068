; expect: 7:5: FLAG: cross-core flag 0 of core 24 is still raised at END (1)
.kernel k, core=mix, ratio=1:2
.entry  aic, cube
.entry  aiv, vector
cube:
    mov     x1, 1 + (2 << 4)
    set_cross_core.fix x1
    end
vector:
    nop
    end
