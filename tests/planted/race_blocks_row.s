; Each block should take the rows blockid, blockid + blocks, ..; this one starts at row 0 in every
; block.
; args: --blocks 2
.kernel k, core=aiv
.param  x, in,  f32[4, 256]
.param  y, out, f32[4, 256]
.ref    relu, x, max_ulp=0
.buf    X, ub, f32[256]
.flag   loaded, mte2 -> v, ids=2
.flag   done,   v -> mte3, ids=2
.flag   saved,  mte3 -> mte2
k:
    .reg    px:gm, py:gm, rx:ub = X, at, pitch = 1024, step
    .reg    mv:align = {len_burst=1024}, v:vec1 = {repeat=4}
    ldparam px, x
    ldparam py, y
    mov     at, blockid
    .if     !BUG
    mul.s64 at, at, pitch
    add.s64 px, px, at
    add.s64 py, py, at
    .endif
    mov     step, blockdim
    mul.s64 step, step, pitch
    .rept   2, r
    mov_out_to_ub_align.b32 [rx], [px], mv
    set     loaded[\r]
    wait    loaded[\r]
    vrelu.f32 [rx], [rx], v
    set     done[\r]
    wait    done[\r]
    mov_ub_to_out_align.b32 [py], [rx], mv              ; <- RACE
    set     saved
    wait    saved
    add.s64 px, px, step
    add.s64 py, py, step
    .endr
    end
