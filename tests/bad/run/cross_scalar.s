; expect: 10:5: ILLEGAL: a flag between cores is set in the queue of v, m, mte1, mte2, mte3 or fix, not in s
.kernel k, core=mix, ratio=1:2
.entry  aic, cube
.entry  aiv, vector
cube:
    nop
    end
vector:
    mov     x1, 1 + (2 << 4)
    set_cross_core.s x1
    end
