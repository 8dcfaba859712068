; c[m,n] = a[m,k] * b[k,n], f16 in, f32 accumulated and out, any m n k, every AIC.
;
; Tiles of c, 128 x 256, are numbered down its columns; a block has a run of them. A tile goes along
; k in chunks of 256 (GM -> L1) and steps of 64 (L1 -> L0). One tile fills L0C; a step of it takes
; the cube 522 cycles and MTE1 less. Two more things keep the cube busy:
;
;   Moves   A step is 48 KB, for which MTE2 needs 596 cycles. So a tile goes through k in the
;           opposite direction of the tile above it: the three chunks of B that were used last are
;           in L1 and come first. Chunks are requested two ahead.
;   Stores  The first and the last chunk of a tile are multiplied by halves of 128 columns. While
;           the right half of a tile is being completed and the left half of the next one begun, the
;           fixpipe stores what is complete. Unit flags order the two: an MMAD waits until its part
;           of L0C is stored (unit_flag=2), the fixpipe for the MMAD that completes it (3).
;
;   MTE2  a, b rows in GM  -> panels of 16 columns in L1 (NZ)
;   MTE1  a step of either, an image of one row under a 1x1 filter: its points are rows of the
;         panels, its channels their columns; L0A holds fractals by rows, L0B by columns
;   M     L0A x L0B -> accumulates in L0C (NZ)
;   FIX   L0C -> rows of c
.include "dv.inc"                               ; split_1d, tile_size
.kernel gemm_f16, core=aic
.param  m, u32 = 256, min=1, max=1048576
.param  n, u32 = 256, min=1, max=65535          ; row pitches have 16 bits (src_d_value)
.param  k, u32 = 256, min=1, max=65535
.param  a, in,  f16[m, k]
.param  b, in,  f16[k, n]
.param  c, out, f32[m, n]
.ref    gemm, a, b, rtol=1e-4, atol=1e-3

.equ    M0, 128                                 ; tile
.equ    N0, 256
.equ    NH, N0/2                                ; half of one
.equ    K0, 64                                  ; step
.equ    KL, 256                                 ; chunk
.equ    SB, 2*KL*N0                             ; bytes of B in one
.buf    LB,  l1,  f16[KL*N0], copies=3          ; from 0: `advance` counts on it
.buf    LA,  l1,  f16[M0*KL], copies=2
.buf    ZA,  l0a, f16[M0*K0], copies=4
.buf    ZB,  l0b, f16[K0*NH], copies=4          ; a step of a half takes one, a whole step two
.buf    ACC, l0c, f32[M0*N0]
.flag   l1_full,  mte2 -> mte1, ids=2           ; a chunk has arrived
.flag   l1_free,  mte1 -> mte2, ids=2           ; a chunk has been read
.flag   l0_full,  mte1 -> m,    ids=4           ; a step's fractals are there
.flag   l0_free,  m    -> mte1, ids=4           ; a step has been multiplied

.macro  fractals x                              ; x rounded up to whole fractals
    add.s64 \x, \x, 15
    shr.s64 \x, \x, 4
    shl.b64 \x, \x, 4
.endm

; A chunk has a place: row and col of its tile in c, its number c along k, the direction d (1 or -1)
; of the tile along k, the slot b of its B, and left, the tiles of this block from here on. There
; are two: q, to be requested next, and w, to be worked on.
.macro  begin w
    mov     \w\()row, row
    mov     \w\()col, col
    mov     \w\()left, left
    mov     \w\()c, 0
    mov     \w\()d, 1
    mov     \w\()b, LB
.endm

.macro  advance w                               ; to the chunk after this one
    add.s64 \w\()c, \w\()c, \w\()d
    jumpcmp.lt.u64 \w\()c, chunks, slot\@      ; also false below 0
    sub.s64 \w\()left, \w\()left, 1
    add.s64 \w\()row, \w\()row, M0
    ldparam t, m
    jumpcmp.lt.s64 \w\()row, t, turn\@
    mov     \w\()row, 0                         ; the next columns: k once more in this direction
    add.s64 \w\()col, \w\()col, N0
    mul.s64 t, chunks, \w\()d
    sub.s64 \w\()c, \w\()c, t
    .ifc    \w, q
    mov     kept, 0
    .endif
    jump    slot\@
turn\@:                                         ; back, from the same chunk of B on
    sub.s64 \w\()c, \w\()c, \w\()d
    neg.s64 \w\()d, \w\()d
    .ifc    \w, q
    mov     kept, 3                             ; chunks of B that are there
    .endif
    jump    done\@
slot\@:                                         ; slots go round, backwards if d = -1
    shl.b64 t, \w\()d, log2(SB)
    add.s64 t, t, \w\()b
    mov     \w\()b, 3*SB
    add.s64 t, t, \w\()b
    rem.s64 \w\()b, t, \w\()b
done\@:
.endm

; GM -> L1. A slot of B needs no flag: it was read at least three chunks ago, and MTE2 has already
; waited for the slot of A of the chunk two ago.
.macro  request q
    .scope
    .reg    ga:gm, gb:gm, from, deep, to:l1
    .reg    na:nd2nz, nb:nd2nz
    jumpcmp.le.s64 qleft, zero, none\@
    shl.b64 from, qc, log2(KL)
    mov     na, {n_value=0 d_value=0 src_d_value=0 dst_c0_stride=M0}
    mov     na.src_d_value, long                ; row pitch
    mul.s64 ga, qrow, long
    mov     deep, long
    tile_size deep, from, KL
    jumpcmp.gt.s64 kept, zero, here\@
    mov     nb, {n_value=0 d_value=0 src_d_value=0 dst_c0_stride=KL}
    mov     nb.n_value, deep
    mov     nb.src_d_value, wide
    mul.s64 gb, from, wide                      ; b + 2 (from n + col)
    add.s64 gb, gb, qcol
    shl.b64 gb, gb, 1
    mov     t, wide
    tile_size t, qcol, N0
    mov     nb.d_value, t
    ldparam t, b
    add.s64 gb, gb, t
    mov_out_to_l1_multi_nd2nz.b16 [qb], [gb], nb
here\@:
    sub.s64 kept, kept, 1
    mov     na.d_value, deep
    add.s64 ga, ga, from                        ; a + 2 (row k + from)
    shl.b64 ga, ga, 1
    ldparam t, a
    add.s64 ga, ga, t
    ldparam t, m
    tile_size t, qrow, M0
    mov     na.n_value, t
    mov     to, LA[\q]
    wait    l1_free[\q]
    mov_out_to_l1_multi_nd2nz.b16 [to], [ga], na
    set     l1_full[\q]
    advance q
none\@:
    .endscope
.endm

.macro  step s, slots, done                     ; L1 -> L0 -> L0C: the next min(K0, deep) of k
    mov     t, K0
    jumpcmp.gt.s64 deep, t, whole\@
    mov     mm.k, deep                          ; the end of the chunk: loads move whole fractals
    mov     mm.unit_flag, last
    fractals deep
    mov     ca.k_extension, deep
    mov     cb.m_extension, deep
whole\@:
    sub.s64 deep, deep, K0
    mov     da, ZA[\slots * \s % 4]
    mov     db, ZB[\slots * \s % 4]
    mov     ca.k_start, \s * K0
    mov     cb.m_start, \s * K0
    .rept   \slots, i
    wait    l0_free[\slots * \s % 4 + \i]
    .endr
    load_l1_to_l0a_3dv2.b16 [da], [la], ca
    load_l1_to_l0b_3dv2.b16 [db], [wb], cb
    .rept   \slots, i
    set     l0_full[\slots * \s % 4 + \i]
    .endr
    .rept   \slots, i
    wait    l0_full[\slots * \s % 4 + \i]
    .endr
    .if     \slots == 1
    jumpc   next\@                              ; enough fractals to follow each other
    bar.m
next\@:
    .endif
    mmad.f16f32 [acc], [da], [db], mm
    .rept   \slots, i
    set     l0_free[\slots * \s % 4 + \i]
    .endr
    mov     mm.c_init, zero
    jumpcmp.le.s64 deep, zero, \done
.endm

.macro  work q                                  ; a chunk in one pass or by halves
    .scope
    .reg    ca:load3d, cb:load3d, mm:mmad, da:l0a, db:l0b, la:l1, acc:l0c
    .reg    deep, last, at, width
    mov     ca, {k_extension=K0 m_extension=0 channel_size=KL}
    mov     cb, {k_extension=0 m_extension=K0 channel_size=N0 fmatrix_b=1}
    mov     mm, {m=0 k=0 n=0}
    mov     la, LA[\q]
    mov     at, 0                               ; first column of the pass
pass\@:
    mov     mm.k, K0
    mov     mm.unit_flag, 2
    mov     ca.k_extension, K0
    mov     cb.m_extension, K0
    mov     last, 2
    mov     width, N0
    sub.s64 t, wc, wd                           ; is there a chunk before this one, behind it?
    jumpcmp.lt.u64 t, chunks, later\@
    mov     mm.c_init, 1                        ; the first chunk starts from zero
    mov     width, NH
later\@:
    add.s64 t, wc, wd
    jumpcmp.lt.u64 t, chunks, more\@
    mov     last, 3                             ; the last one completes the tile
    mov     width, NH
more\@:
    ldparam acc, m                              ; rows, in whole fractals: m = 1 would mean GEMV
    tile_size acc, wrow, M0
    fractals acc
    mov     mm.m, acc
    mov     deep, acc
    mov     ca.m_extension, acc
    mov     t, M0
    jumpcmp.eq.s64 acc, t, full\@
    mov     width, NH                           ; fewer rows: halves do not adjoin in L0C
full\@:
    shl.b64 acc, at, log2(4*M0)
    add.s64 acc, acc, ACC
    sub.s64 t, wide, wcol
    sub.s64 t, t, at
    min.s64 width, width, t
    mov     mm.n, width
    mov     t, width
    fractals t
    mul.s64 deep, deep, t
    shr.s64 deep, deep, 8                       ; fractals of the result: below ten mmads do not
    sub.s64 deep, deep, 10                      ; follow each other by themselves
    cmp.ge.s64 deep, zero
    mov     cb.k_extension, t
    mov     cb.k_start, at
    add.s64 at, at, width
    mov     deep, long
    shl.b64 t, wc, log2(KL)
    tile_size deep, t, KL
    mov     t, NH
    jumpcmp.gt.s64 width, t, whole\@
    .rept   KL/K0, s
    step    \s, 1, done\@
    .endr
whole\@:
    .rept   KL/K0, s
    step    \s, 2, done\@
    .endr
done\@:
    mov     t, wide
    tile_size t, wcol, N0
    jumpcmp.lt.s64 at, t, pass\@
    .endscope
.endm

.macro  store                                   ; L0C -> c, by halves
    .scope
    .reg    pc:gm, acc:l0c, fx:fix, at
    mov     at, 0
half\@:
    mov     fx, {n=0 m=0 dst_stride=0 src_stride=0 unit_flag=3 nz2nd=1}
    mov     fx.dst_stride, wide
    mov     t, wide
    tile_size t, wcol, N0
    jumpcmp.ge.s64 at, t, done\@
    sub.s64 t, t, at
    mov     acc, NH
    min.s64 t, t, acc
    mov     fx.n, t
    ldparam t, m
    tile_size t, wrow, M0
    mov     fx.m, t
    fractals t                                  ; L0C columns are whole fractals
    mov     fx.src_stride, t
    shl.b64 acc, at, log2(4*M0)
    add.s64 acc, acc, ACC
    mul.s64 pc, wrow, wide                      ; c + 4 (row n + col + at)
    add.s64 pc, pc, wcol
    add.s64 pc, pc, at
    shl.b64 pc, pc, 2
    ldparam t, c
    add.s64 pc, pc, t
    fix_l0c_to_out.f32 [pc], [acc], fx
    add.s64 at, at, NH
    jump    half\@
done\@:
    .endscope
.endm

gemm_f16:
    .reg    zero@x29 = 0, t, chunks, kept = 0
    .reg    qrow, qcol, qc, qd, qb:l1, qleft, wrow, wcol, wc, wd, wb:l1, wleft
    .reg    wide, long                          ; n, k
    ldparam wide, n
    ldparam long, k
    .scope
    .reg    row, col, left, high, one = 1
    mov     t, 1 << 63                          ; unit flags
    mov     fpc, t
    mov     t, ctrl                             ; the cube walks n first, as the fixpipe with nz2nd
    insert  t, one, #51, #1
    mov     ctrl, t
    mov     t, M0 | 1 << 16                     ; width and height of the images
    mov     fmatrix, t
    mov     t, KL | 1 << 16
    mov     fmatrix_b, t
    add.s64 chunks, long, KL-1
    shr.s64 chunks, chunks, log2(KL)
    ldparam high, m                             ; tiles in a column
    add.s64 high, high, M0-1
    shr.s64 high, high, log2(M0)
    add.s64 left, wide, N0-1
    shr.s64 left, left, log2(N0)
    mul.s64 left, left, high
    mov     row, 0
    split_1d left, 1, row, bytes=1              ; the first tile of this block, and how many
    jumpcmp.le.s64 left, zero, idle
    div.s64 col, row, high
    rem.s64 row, row, high
    shl.b64 row, row, log2(M0)
    shl.b64 col, col, log2(N0)
    begin   q
    begin   w
    .endscope
    arm     l1_free
    arm     l0_free
    request 0
    request 1

chunk:
    .rept   2, q
    wait    l1_full[\q]
    work    \q
    set     l1_free[\q]
    request \q
    add.s64 t, wc, wd
    jumpcmp.lt.u64 t, chunks, inside\q
    store                                       ; the last chunk of a tile
inside\q:
    advance w
    jumpcmp.le.s64 wleft, zero, finish
    .endr
    jump    chunk

finish:
    drain   l1_free
    drain   l0_free
idle:
    mov     t, ctrl                             ; back to reset state
    insert  t, zero, #51, #1
    mov     ctrl, t
    end
