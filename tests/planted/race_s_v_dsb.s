; A DSB of the wrong memory: DSB.DDR waits for GM, but what V reads is what S stored to UB.
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  f32[64]
.param  y, out, f32[64]
.ref    relu, x, max_ulp=0
.buf    X, ub, f32[64]
.buf    Z, ub, f32[8]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, rz:ub = Z, w, zero = 0
    .reg    mv:align = {len_burst=256}, v:vec3 = {repeat=1 src1_blk=0}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    ub_window w, Z
    .rept   4, i
    st.b64  zero, [w, 8*\i]                             ; <- RACE other
    .endr
    .if     BUG
    dsb.ddr
    .else
    dsb.ub
    .endif
    wait    loaded
    vmax.f32 [rx], [rx], [rz], v                        ; <- RACE
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
