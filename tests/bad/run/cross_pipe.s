; expect: 10:5: ILLEGAL: this core has no pipe fix
.kernel k, core=mix, ratio=1:2
.entry  aic, cube
.entry  aiv, vector
cube:
    nop
    end
vector:
    mov     x1, 1 + (2 << 4)
    set_cross_core.fix x1
    end
