; S takes a factor from UB that nobody has put there.
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  f32[128]
.param  s, f32 = 4
.param  y, out, f32[128]
.ref    muls, x, s, max_ulp=0
.buf    X, ub, f32[128]
.buf    F, ub, f32[8]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, w, s, mv:align = {len_burst=512}, v:vec1 = {repeat=2}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    ub_window w, F
    ldparam s, s
    .if     BUG
    st.b32  s, [w, 4]                                   ; one element off
    .else
    st.b32  s, [w, 0]
    .endif
    ld.b32  s, [w, 0]                                   ; <- UNINIT
    wait    loaded
    vmuls.f32 [rx], [rx], s, v
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
