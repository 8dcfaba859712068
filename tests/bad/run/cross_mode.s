; expect: 7:5: RANGE: mode 3 of a cross-core flag: there are modes 0 to 2
.kernel k, core=mix, ratio=1:2
.entry  aic, cube
.entry  aiv, vector
cube:
    mov     x1, 1 + (3 << 4)
    set_cross_core.fix x1
    end
vector:
    nop
    end
