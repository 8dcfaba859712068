; The kernel takes one row a block and does not ask whether there is one: the fifth block has none.
; args: --blocks 5
.kernel k, core=aiv
.param  rows, u32 = 4
.param  x, in,  f32[rows, 256]
.param  y, out, f32[rows, 256]
.ref    abs, x, max_ulp=0
.buf    X, ub, f32[256]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, at, rows, mv:align = {len_burst=1024}, v:vec1 = {repeat=4}
    ldparam px, x
    ldparam py, y
    ldparam rows, rows
    mov     at, blockid
    .if     BUG
    max.s64 rows, rows, at
    .else
    jumpcmp.ge.s64 at, rows, idle
    .endif
    shl.b64 at, at, 10
    add.s64 px, px, at
    add.s64 py, py, at
    mov_out_to_ub_align.b32 [rx], [px], mv              ; <- BOUNDS
    set     loaded
    wait    loaded
    vabs.f32 [rx], [rx], v
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [rx], mv
_idle:
    .if     !BUG
idle:
    .endif
    end
