; c[m,n] = a[m,k] * b[k,n] on the merged core: f16 in and out, f32 accumulated, all three in panels
; of 16 columns (NZ), any m n k, every core.
;
; Tiles of c, 256 x 256, are numbered down its columns and dealt round the blocks. A tile goes along k
; in chunks of 256 (GM -> L1), each multiplied once for the left and once for the right 128 columns
; in steps of 64 (L1 -> L0). A half of a tile is half of L0C, and they take turns: while the cube
; works on one, V drains what the other was completed to, and MTE3 stores it. A step takes the cube
; 522 cycles and MTE1 less than 200; a chunk of 256 KB takes MTE2 two thirds of what the cube needs.
;
;   MTE2  panels of a, b in GM -> panels in L1
;   MTE1  fractals of a step -> L0A (rows of fractals), L0B (rows of fractals, each transposed)
;   M     L0A x L0B -> accumulates in L0C (panels)
;   V     L0C -> UB, f32 to f16
;   MTE3  UB -> panels of c
.include "dv.inc"                               ; tile_at, tile_size
.kernel gemm_nz_f16, core=c100
.param  m, u32 = 256, min=1, max=65520          ; gaps between panels have 16 bits
.param  n, u32 = 256, min=1, max=65520
.param  k, u32 = 256, min=1, max=65520
.param  a, in,  f16[m, k], layout=nz
.param  b, in,  f16[k, n], layout=nz
.param  c, out, f16[m, n], layout=nz
.ref    gemm, a, b, rtol=2e-3, atol=2e-3

.equ    M0, 256                                 ; tile
.equ    N0, 256
.equ    NH, N0/2                                ; half of one
.equ    K0, 64                                  ; step
.equ    KL, 256                                 ; chunk
.buf    LA,  l1,  f16[M0*KL], copies=2
.buf    LB,  l1,  f16[KL*N0], copies=2
.buf    ZA,  l0a, f16[M0*K0], copies=2
.buf    ZB,  l0b, f16[K0*NH], copies=2
.buf    ACC, l0c, f32[M0*NH], copies=2
.buf    OUT, ub,  f16[M0*NH], copies=2
.flag   l1_full,  mte2 -> mte1, ids=2           ; a chunk has arrived
.flag   l1_free,  mte1 -> mte2, ids=2           ; .. has been read
.flag   l0_full,  mte1 -> m,    ids=2           ; a step's fractals are there
.flag   l0_free,  m    -> mte1, ids=2           ; .. have been multiplied
.flag   c_full,   m    -> v,    ids=2           ; a half is complete
.flag   c_free,   v    -> m,    ids=2           ; .. is drained
.flag   o_full,   v    -> mte3, ids=2           ; .. is in UB
.flag   o_free,   mte3 -> v,    ids=2           ; .. is stored

.macro  whole x                                 ; x rounded up to whole fractals
    add.s64 \x, \x, 15
    shr.s64 \x, \x, 4
    shl.b64 \x, \x, 4
.endm

; Two places along the tiles: qrow, qcol, qk of the chunk requested last, and row, col, wk of the one
; that is worked on, which is the chunk before.
.macro  tile_here none                          ; qrow .. qwidth of number `tile`
    ldparam t, n
    whole   t
    tile_at tile, highs, t, M0, N0, qrow, qcol, \none
    mov     qhigh, highs
    tile_size qhigh, qrow, M0
    mov     qwidth, t
    tile_size qwidth, qcol, N0
.endm

.macro  request q                               ; GM -> L1: the next chunk, to slot q
    .scope
    .reg    ga:gm, rows, to:l1, mv:burst
    add.s64 qk, qk, KL
    jumpcmp.lt.s64 qk, long, here\@
    mov     qk, 0
    mov     more, 0
    mov     t, blockdim
    add.s64 tile, tile, t
    tile_here none\@
    mov     more, 1
here\@:
    mov     rows, long
    tile_size rows, qk, KL
    whole   rows
    mov     mv, {len_burst=0}
    mul.s64 ga, qk, highs                       ; a + 32 (highs (qk/16) + row)
    shl.b64 ga, ga, 1
    shl.b64 t, qrow, 5
    add.s64 ga, ga, t
    ldparam t, a
    add.s64 ga, ga, t
    shr.s64 t, rows, 4
    mov     mv.n_burst, t                       ; panels of 16 k
    mov     mv.len_burst, qhigh
    sub.s64 t, highs, qhigh
    mov     mv.src_gap, t
    mov     to, LA[\q]
    wait    l1_free[\q]
    mov_out_to_l1 [to], [ga], mv
    mul.s64 ga, qcol, longs                     ; b + 32 (longs (col/16) + qk)
    shl.b64 ga, ga, 1
    shl.b64 t, qk, 5
    add.s64 ga, ga, t
    ldparam t, b
    add.s64 ga, ga, t
    shr.s64 t, qwidth, 4
    mov     mv.n_burst, t
    mov     mv.len_burst, rows
    sub.s64 t, longs, rows
    mov     mv.src_gap, t
    mov     to, LB[\q]
    mov_out_to_l1 [to], [ga], mv
    set     l1_full[\q]
none\@:
    .endscope
.endm

; L1 -> L0 -> L0C: step s of the chunk, deep rows of k from there on
.macro  step q, h, s
    .scope
    .reg    ca:load2d, cb:load2d, da:l0a, db:l0b, from:l1, left
    mov     t, K0
    min.s64 t, t, deep
    mov     mm.k, t
    whole   t
    shr.s64 t, t, 4                             ; fractals along k
    mov     ca, {repeat=0}
    mov     ca.repeat, t
    shr.s64 left, high, 4
    mov     ca.src_stride, left                 ; panels of a have `high` rows
    mov     ca.start, \s * (K0/16)
    mul.s64 left, left, \s * (K0/16)
    mov     ca.start, left
    mov     cb, {repeat=0}
    shr.s64 left, half, 4
    mov     cb.repeat, left
    shr.s64 left, deeps, 4
    mov     cb.src_stride, left                 ; panels of b have `deeps` rows
    mul.s64 left, left, \h * (NH/16)
    add.s64 left, left, \s * (K0/16)
    mov     cb.start, left
    mov     da, ZA[\s & 1]
    mov     db, ZB[\s & 1]
    mov     from, LA[\q]
    shr.s64 left, high, 4
    shl.b64 step_a, t, 9                        ; bytes of a row of fractals in L0A
    shr.s64 step_b, half, 4
    shl.b64 step_b, step_b, 9
    wait    l0_free[\s & 1]
rows\@:
    load_l1_to_l0a_2d [da], [from], ca
    add.s64 da, da, step_a
    add     ca.start, 1
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, rows\@
    mov     from, LB[\q]
deeper\@:
    load_l1_to_l0b_2d.transpose [db], [from], cb
    add.s64 db, db, step_b
    add     cb.start, 1
    sub.s64 t, t, 1
    jumpcmp.gt.s64 t, zero, deeper\@
    set     l0_full[\s & 1]
    mov     da, ZA[\s & 1]
    mov     db, ZB[\s & 1]
    wait    l0_full[\s & 1]
    jumpc   next\@                              ; enough fractals to follow each other
    bar.m
next\@:
    mmad.f16f32 [acc], [da], [db], mm
    set     l0_free[\s & 1]
    mov     mm.c_init, zero
    sub.s64 deep, deep, K0
    .endscope
.endm

; The part h of the chunk in slot q, which has `left_k` rows of k; the first and last one of a tile
; take L0C over and hand it on.
.macro  part q, h
    mov     half, NH
    .if     \h == 0
    min.s64 half, half, width
    .else
    sub.s64 half, width, half
    jumpcmp.le.s64 half, zero, skip\@
    .endif
    mov     mm, {m=0 k=0 n=0}
    mov     mm.m, high
    mov     mm.n, half
    mov     acc, ACC[\h]
    mul.s64 t, high, half
    shr.s64 t, t, 8
    mov     deep, 9
    cmp.gt.s64 t, deep
    jumpcmp.ne.s64 wk, zero, more\@
    wait    c_free[\h]
    mov     mm.c_init, 1
more\@:
    mov     deep, long
    tile_size deep, wk, KL
    mov     deeps, deep
    whole   deeps
    .rept   KL/K0, s
    step    \q, \h, \s
    jumpcmp.le.s64 deep, zero, done\@
    .endr
done\@:
    add.s64 t, wk, KL
    jumpcmp.lt.s64 t, long, skip\@
    store   \h
skip\@:
.endm

.macro  store h                                 ; L0C -> UB -> GM
    .scope
    .reg    cc:burst, mv:burst, to:ub, gc:gm
    set     c_full[\h]
    mov     cc, {len_burst=0}
    mul.s64 t, high, half
    shr.s64 t, t, 8
    mov     cc.len_burst, t                     ; fractals
    mov     to, OUT[\h]
    wait    c_full[\h]
    wait    o_free[\h]
    mov_l0c32_to_ub [to], [acc], cc, #1         ; f32 to f16
    set     c_free[\h]
    set     o_full[\h]
    mov     mv, {len_burst=0}
    shr.s64 t, half, 4
    mov     mv.n_burst, t
    mov     mv.len_burst, high
    sub.s64 t, highs, high
    mov     mv.dst_gap, t
    add.s64 gc, col, \h * NH                    ; c + 32 (highs (col/16) + row)
    mul.s64 gc, gc, highs
    shl.b64 gc, gc, 1
    shl.b64 t, row, 5
    add.s64 gc, gc, t
    ldparam t, c
    add.s64 gc, gc, t
    wait    o_full[\h]
    mov_ub_to_out [gc], [to], mv
    set     o_free[\h]
    .endscope
.endm

gemm_nz_f16:
    .reg    tile, qrow, qcol, qhigh, qwidth, qk, more = 1, row, col, high, width, wk = 0
    .reg    long, longs, highs, zero = 0, t, half, deep, deeps, step_a, step_b, mm:mmad, acc:l0c
    ldparam highs, m
    ldparam long, k
    whole   highs
    mov     longs, long
    whole   longs
    arm     l1_free
    arm     l0_free
    arm     c_free
    arm     o_free
    mov     tile, blockid
    tile_here out
    mov     qk, 0
    sub.s64 qk, qk, KL
    request 0
again:
    .rept   2, q
    jumpcmp.ne.s64 wk, zero, inside\q
    mov     row, qrow
    mov     col, qcol
    mov     high, qhigh
    mov     width, qwidth
inside\q:
    request 1^\q                                ; before the loads: they fill the queue of MTE1
    wait    l1_full[\q]
    part    \q, 0
    part    \q, 1
    set     l1_free[\q]
    add.s64 wk, wk, KL
    jumpcmp.lt.s64 wk, long, along\q
    mov     wk, 0
along\q:
    jumpcmp.eq.s64 more, zero, out
    .endr
    jump    again
out:
    drain   l1_free
    drain   l0_free
    drain   c_free
    drain   o_free
    end
