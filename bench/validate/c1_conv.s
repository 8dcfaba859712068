; y = conv(x, w), 3x3, stride 1, pad 1, f16 in and out, as an implicit product of base tile
; 128x256x48, after the notes on the PTO convolution. Cases C1: four images over 4 x 6 cores; a core
; has the positions of one image and sn of the output channels.
;
; Published: shapes, layouts (x in channel blocks of 16, w as [blocks * 9, channels / 16, 16, 16]),
; panels of three steps, which are one channel block of all nine taps; two slots each in L1, L0A and
; L0B, M outer and N inner; a panel of A, then one of B is requested when needed; w comes in NZ, in
; bursts; FIX waits for M and M for FIX, no unit flags.
; Open: how much of the map a panel of A is (here the rows that its 128 positions need); the layout
; of y (here that of x) and its type (f16: the fixpipe share of the three cases gives its bytes);
; whether the two panels share a flag (here each has its own); what the shares are taken of.
.kernel c1_conv, core=aic
.param  c1, u32 = 2, min=2, max=512, multiple=2 ; channel blocks
.param  h,  u32 = 8, min=1, max=64
.param  w,  u32 = 48, min=1, max=128            ; h * w in whole tiles
.param  n,  u32 = 256, min=256, max=16384, multiple=256
.param  sn, u32 = 256, min=256, max=16384, multiple=256
.param  images, u32 = 1, min=1, max=64
.param  x, in,  f16[images, c1, h, w, 16]
.param  f, in,  f16[c1*9, n, 16]
.param  y, out, f16[images, n/16, h, w, 16]

.equ    M0, 128                                 ; base tile
.equ    N0, 256
.equ    K0, 48
.equ    TAPS, 9
.buf    LA,  l1,  f16[32*1024], copies=2
.buf    LB,  l1,  f16[TAPS*16*N0], copies=2
.buf    ZA,  l0a, f16[128*128], copies=2
.buf    ZB,  l0b, f16[64*N0], copies=2
.buf    ACC, l0c, f32[M0*N0]
.flag   a_full,   mte2 -> mte1, ids=2           ; a panel has arrived
.flag   b_full,   mte2 -> mte1, ids=2
.flag   a_free,   mte1 -> mte2, ids=2           ; a panel has been read
.flag   b_free,   mte1 -> mte2, ids=2
.flag   l0_full,  mte1 -> m,    ids=2
.flag   l0_free,  m    -> mte1, ids=2
.flag   acc_full, m    -> fix
.flag   acc_free, fix  -> m

.macro  request what, slot, step                ; GM -> L1: the next channel block
    wait    \what\()_free[\slot]
    mov_out_to_l1 [l\what[\slot]], [p\what], n\what
    set     \what\()_full[\slot]
    add.s64 p\what, p\what, \step
.endm

.macro  extract q, s, p                         ; L1 -> L0: three taps
    wait    l0_free[\p]
    mov     da, ZA[\p]
    mov     db, ZB[\p]
    mov     ca.k_start, (\s) * K0
    mov     cb.start, (\s) * K0/16*N0/16
    load_l1_to_l0a_3dv2.b16 [da], [la[\q]], ca
    load_l1_to_l0b_2d       [db], [lb[\q]], cb
    set     l0_full[\p]
.endm

.macro  multiply p                              ; .. -> L0C; only the first step starts from zero
    wait    l0_full[\p]
    mmad.f16f32 [racc], [da], [db], mm
    set     l0_free[\p]
    mov     mm.c_init, zero
.endm

c1_conv:
    .reg    zero = 0, t, u, left, at = 0, cols, wide, da:l0a, db:l0b
    .reg    pa:gm, pb:gm, pc:gm, map:gm, column:gm ; map: of this tile; column: of this core
    .reg    na:burst = {n_burst=1 len_burst=0}
    .reg    nb:burst = {n_burst=TAPS len_burst=N0 src_gap=0}
    .reg    ca:load3d = {k_extension=K0 m_extension=M0 channel_size=16 filter_w=3 filter_h=3}
    .reg    cb:load2d = {repeat=K0/16*N0/16}
    .reg    mm:mmad, fx:fix = {n=N0 m=M0 dst_stride=0 src_stride=M0 quant_pre=f32f16}
    .reg    la[2]:l1 = LA, lb[2]:l1 = LB, racc:l0c = ACC
    mov     padding, zero
    arm     a_free
    arm     b_free
    arm     l0_free
    arm     acc_free
    ldparam t, n
    sub.s64 t, t, N0
    mov     nb.src_gap, t
    ldparam t, h
    ldparam u, w
    mul.s64 t, t, u
    mov     fx.dst_stride, t                    ; from panel to panel of y

    ldparam u, n                                ; image and channels of this core
    ldparam wide, sn
    add.s64 left, u, wide
    sub.s64 left, left, 1
    div.s64 left, left, wide                    ; cores to an image
    mov     cols, blockid
    div.s64 map, cols, left
    rem.s64 column, cols, left
    mul.s64 column, column, wide
    sub.s64 left, u, column
    min.s64 wide, wide, left
    mul.s64 pc, map, u                          ; y + 2 (image n + column) h w
    add.s64 pc, pc, column
    mul.s64 pc, pc, t
    shl.b64 pc, pc, 1
    ldparam left, y
    add.s64 pc, pc, left
    shl.b64 column, column, 5
    ldparam left, f
    add.s64 column, column, left

next_row:
    .scope                                      ; rows of the map for positions at..
    .reg    top, fm
    ldparam u, w
    add.s64 t, at, M0-1
    div.s64 t, t, u                             ; last row of the tile
    div.s64 top, at, u                          ; first
    mul.s64 left, top, u
    sub.s64 left, at, left
    mov     ca.m_start, left
    mov     fm, 1 << 32 | 1 << 40
    or.b64  fm, fm, u
    ldparam left, h
    sub.s64 left, left, 1
    jumpcmp.lt.s64 t, left, below
    mov     u, 1 << 56                          ; nothing below
    or.b64  fm, fm, u
    sub.s64 t, t, 1
below:
    add.s64 t, t, 1
    jumpcmp.gt.s64 top, zero, above
    mov     u, 1 << 48                          ; nothing above
    or.b64  fm, fm, u
    add.s64 top, top, 1
above:
    sub.s64 top, top, 1
    sub.s64 t, t, top
    add.s64 t, t, 1                             ; rows to move
    shl.b64 u, t, 16
    or.b64  fm, fm, u
    mov     fmatrix, fm
    ldparam u, w
    mul.s64 t, t, u
    mov     na.len_burst, t
    mul.s64 top, top, u
    ldparam t, n                                ; the image: blockid / (n / sn)
    ldparam u, sn
    add.s64 t, t, u
    sub.s64 t, t, 1
    div.s64 t, t, u
    mov     u, blockid
    div.s64 t, u, t
    ldparam u, images
    jumpcmp.ge.s64 t, u, done
    ldparam u, c1
    mul.s64 t, t, u
    ldparam u, h
    mul.s64 t, t, u
    ldparam u, w
    mul.s64 t, t, u
    add.s64 t, t, top
    shl.b64 t, t, 5
    ldparam map, x
    add.s64 map, map, t
    .endscope
    add.s64 pb, column, zero
    add.s64 cols, wide, zero

next_tile:
    add.s64 pa, map, zero
    ldparam left, c1
    ldparam t, h                                ; bytes of a channel block of x
    ldparam u, w
    mul.s64 t, t, u
    shl.b64 t, t, 5
    ldparam u, n                                ; .. of f
    mul.s64 u, u, 32*TAPS
    mov     mm, {m=M0 k=K0 n=N0 c_init=1}
    wait    acc_free

panels:
    .rept   2, q
    request a, \q, t
    request b, \q, u
    wait    a_full[\q]
    wait    b_full[\q]
    .rept   3, s
    extract \q, \s, (\q + \s) & 1
    .if     \s == 2
    set     a_free[\q]
    set     b_free[\q]
    .endif
    multiply (\q + \s) & 1
    .endr
    sub.s64 left, left, 1
    .endr
    jumpcmp.gt.s64 left, zero, panels

    set     acc_full                            ; the tile: L0C -> y
    wait    acc_full
    fix_l0c_to_out.f16 [pc], [racc], fx
    set     acc_free
    shl.b64 t, t, log2(N0/16)                   ; 256 channels on
    add.s64 pc, pc, t
    ldparam left, c1
    mul.s64 u, u, left
    sub.s64 pb, pb, u
    mov     left, 32*N0
    add.s64 pb, pb, left
    sub.s64 cols, cols, N0
    jumpcmp.gt.s64 cols, zero, next_tile

    shr.s64 t, t, log2(N0)                      ; 128 positions on; t: 2 h w
    mul.s64 u, t, wide
    sub.s64 pc, pc, u
    mov     left, 32*M0
    add.s64 pc, pc, left
    add.s64 at, at, M0
    shr.s64 t, t, 1
    jumpcmp.lt.s64 at, t, next_row
done:
    drain   a_free
    drain   b_free
    drain   l0_free
    drain   acc_free
    end
