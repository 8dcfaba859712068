; V multiplies by eight factors in UB that S is still storing: some lanes are multiplied by an old
; value.
.include "dv.inc"
.kernel k, core=aiv
.param  x, in,  f32[640]
.param  s, f32 = 0.75
.param  y, out, f32[640]
.ref    muls, x, s, max_ulp=0
.buf    X, ub, f32[640]
.buf    F, ub, f32[8]
.flag   loaded,  mte2 -> v
.flag   written, s -> v
.flag   done,    v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, rf:ub = F, w, one, two
    .reg    mv:align = {len_burst=2560}, v:vec3 = {repeat=10 src1_blk=0 src1_rep=0}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded
    ub_window w, F
    ldparam one, s
    shl.b64 two, one, 32
    or.b64  two, two, one
    st.b64  two, [w, 0]
    st.b64  two, [w, 8]
    st.b64  two, [w, 16]
    st.b64  two, [w, 24]                                ; <- RACE other
    .if     !BUG
    set     written
    wait    written
    .endif
    wait    loaded
    vmul.f32 [rx], [rx], [rf], v                        ; <- RACE
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [rx], mv
    end
