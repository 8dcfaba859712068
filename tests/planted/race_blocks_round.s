; Rows of 40 bytes are stored in whole 32-byte blocks: the end of a row goes over the row of
; another block.
; args: --blocks 3
.kernel k, core=aiv
.equ    COLS, 10
.param  x, in,  f32[3, COLS]
.param  y, out, f32[BUG*6 + 3*COLS]
.param  z, out, f32[3, COLS]
.ref    copy, x, z, max_ulp=0
.buf    X, ub, f32[16]
.flag   loaded, mte2 -> mte3
k:
    .reg    px:gm, py:gm, pz:gm, rx:ub = X, at, pitch = 4*COLS
    .reg    row:align = {len_burst=4*COLS}
    .if     BUG
    .reg    blocks:burst = {len_burst=2}
    .else
    .reg    bytes:align = {len_burst=4*COLS}
    .endif
    ldparam px, x
    ldparam py, y
    ldparam pz, z
    mov     at, blockid
    mul.s64 at, at, pitch
    add.s64 px, px, at
    add.s64 py, py, at
    add.s64 pz, pz, at
    mov_out_to_ub_align.b32 [rx], [px], row
    set     loaded
    wait    loaded
    .if     BUG
    mov_ub_to_out [py], [rx], blocks                    ; <- RACE
    .else
    mov_ub_to_out_align.b32 [py], [rx], bytes
    .endif
    mov_ub_to_out_align.b32 [pz], [rx], row
    end
