; Each block makes n moves of rows x 128 elements (256 B a row) of its own, GM to L1; nd=1 turns the
; rows into fractals. serial=1: S waits for every move; fresh=1: each takes other rows.
.kernel read_l1, core=aic
.param  n, u32 = 64, min=1
.param  rows, u32 = 64, min=1, max=128
.param  nd, u32 = 0, max=1
.param  serial, u32 = 0, max=1
.param  fresh, u32 = 0, max=1
.param  x, in, f16[blocks, fresh ? n : 1, rows, 128]

.buf    R, l1, f16[128*128]
.flag   arrived, mte2 -> s

read_l1:
    .reg    px:gm, left, at, zero = 0, r:l1 = R, serial, nd, rows, step = 0, fresh
    .reg    mv:burst = {n_burst=1 len_burst=1}
    .reg    turn:nd2nz = {n_value=1 d_value=128 src_d_value=128 dst_c0_stride=128}
    ldparam px, x
    ldparam left, n
    ldparam nd, nd
    ldparam rows, rows
    ldparam serial, serial
    ldparam fresh, fresh
    shl.b64 at, rows, 3
    mov     mv.len_burst, at
    mov     turn.n_value, rows
    shl.b64 rows, rows, 8
    mov     at, blockid
    mul.s64 at, at, rows
    jumpcmp.eq.s64 fresh, zero, here
    add.s64 step, rows, zero
    mul.s64 at, at, left
here:
    add.s64 px, px, at
again:
    jumpcmp.gt.s64 nd, zero, fractals
    mov_out_to_l1 [r], [px], mv
    jump    moved
fractals:
    mov_out_to_l1_multi_nd2nz.b16 [r], [px], turn
moved:
    add.s64 px, px, step
    jumpcmp.eq.s64 serial, zero, next
    set     arrived
    wait    arrived
next:
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, again
    end
