; y = x, through convolution loads of the first form to UB: a map of 8 lines of 8 points, 1 x 1 filter,
; four repeats along its positions.
.kernel load3d1, core=c100
.param  x, in,  f16[64, 16]
.param  y, out, f16[64, 16]
.ref    copy, x, max_ulp=0
.buf    LX, l1, f16[1024]
.buf    UX, ub, f16[1024]
.flag   arrived, mte2 -> mte1
.flag   cut,     mte1 -> mte3
load3d1:
    .reg    px:gm, py:gm, lx:l1 = LX, ux:ub = UX, t, all:burst = {len_burst=64}
    .reg    c:load3d1 = {repeat=4 repeat_mode=1}
    ldparam px, x
    ldparam py, y
    mov     t, 8 | 8 << 16
    mov     fmatrix, t
    mov_out_to_l1 [lx], [px], all
    set     arrived
    wait    arrived
    load_l1_to_ub_3d.b16 [ux], [lx], c
    set     cut
    wait    cut
    mov_ub_to_out [py], [ux], all
    end
