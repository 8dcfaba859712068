; expect: 13:5: FLAG: cross-core flag 6 is set in mode 0, and core 25 of the group never sets it
.kernel k, core=mix, ratio=1:2
.entry  aic, cube
.entry  aiv, vector
cube:
    nop
    end
vector:
    mov     x2, subblockid
    mov     x3, 0
    jumpcmp.ne.s64 x2, x3, over
    mov     x1, 1 + (6 << 8)
    set_cross_core.v x1
over:
    end
