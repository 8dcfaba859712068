; n copies of `bytes` from L1 into tables: op 0 the bias table, 1 fixpipe buffer 0.
; S waits for each.
.kernel tables, core=aic
.param  op, u32 = 0, max=1
.param  n, u32 = 64, min=1
.param  bytes, u32 = 256, min=128, max=1024, multiple=128

.buf    L, l1, u8[1024]
.buf    T, bt, u8[1024]
.buf    F, fb, u8[1024]
.flag   biased, mte1 -> s
.flag   scaled, fix -> s

tables:
    .reg    l:l1 = L, t:bt = T, f:fb = F, left, zero = 0, op, b
    .reg    bias:table_burst = {n_burst=1 len_burst=1}, scale:table_burst = {n_burst=1 len_burst=1}
    ldparam op, op
    ldparam left, n
    ldparam b, bytes
    shr.u64 b, b, 6
    mov     bias.len_burst, b
    shr.u64 b, b, 1
    mov     scale.len_burst, b
    jumpcmp.gt.s64 op, zero, scales
biases:
    mov_l1_to_bt [t], [l], bias
    set     biased
    wait    biased
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, biases
    jump    out
scales:
    mov_l1_to_fb [f], [l], scale
    set     scaled
    wait    scaled
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, scales
out:
    end
