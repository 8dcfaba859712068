; expect: 7:5: ILLEGAL: mode 1 of a cross-core flag is for the two AIVs of a block, this is an AIC
.kernel k, core=mix, ratio=1:2
.entry  aic, cube
.entry  aiv, vector
cube:
    mov     x1, 1 + (1 << 4)
    set_cross_core.fix x1
    end
vector:
    nop
    end
