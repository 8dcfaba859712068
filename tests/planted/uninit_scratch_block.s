; Block 1 takes over the part of t that block 0 should have filled, but block 0 fills only half of it.
.kernel k, core=aiv
.param  x, in,  f32[256]
.param  t, scratch, f32[256]
.param  y, out, f32[256]
.ref    exp, x, rtol=1e-5
.buf    X, ub, f32[256]
.buf    Y, ub, f32[256]
.flag   loaded, mte2 -> v, ids=2
.flag   done,   v -> mte3, ids=2
.flag   stored, mte3 -> mte2
k:
    .reg    px:gm, pt:gm, py:gm, rx:ub = X, ry:ub = Y, zero = 0
    .reg    all:align = {len_burst=1024}, half:align = {len_burst=BUG ? 512 : 1024}
    .reg    v:vec1 = {repeat=4}, w:vec3 = {repeat=4}, d:dup = {repeat=4}
    ldparam px, x
    ldparam pt, t
    ldparam py, y
    movev.f32 [ry], zero, d
    set     done[0]
    mov_out_to_ub_align.b32 [rx], [px], all
    set     loaded[0]
    wait    done[0]
    mov_ub_to_out_align.b32 [pt], [ry], half            ; zeros
    set     stored
    wait    stored
    mov_out_to_ub_align.b32 [ry], [pt], all
    set     loaded[1]
    wait    loaded[0]
    vexp.f32 [rx], [rx], v
    bar.v
    wait    loaded[1]
    vadd.f32 [rx], [rx], [ry], w
    set     done[1]
    wait    done[1]
    mov_ub_to_out_align.b32 [py], [rx], all             ; <- UNINIT
    end
