; All blocks count in one word. Atomic stores of one kind need no order; a plain one does.
; args: --blocks 4
.kernel k, core=aiv
.param  y, inout, s32[1]
.ref    adds, y, 4, max_ulp=0
k:
    .reg    py:gm, one = 1
    ldparam py, y
    mov     st_atomic_cfg, 4
    .if     BUG
    st_dev.f32 one, [py, #0]                            ; <- RACE
    .else
    st_atomic.f32 one, [py, #0]
    .endif
    end
