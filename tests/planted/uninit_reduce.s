; The sum of 100 numbers is taken over two whole repeats: 28 lanes are what UB held before.
.include "dv.inc"
.kernel k, core=aiv
.param  cols, u32 = 100, max=128
.param  x, in,  f32[1, cols]
.param  y, out, f32[1]
.ref    sum_rows, x, rtol=1e-4, atol=1e-4
.buf    X, ub, f32[128]
.buf    P, ub, f32[8]
.buf    R, ub, f32[8]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, rp:ub = P, rr:ub = R, n, bytes, two = 2
    .reg    in:align = {len_burst=0}, out:align = {len_burst=4}, r:red = {repeat=2}
    .reg    last:red = {repeat=1}
    ldparam px, x
    ldparam py, y
    ldparam n, cols
    shl.b64 bytes, n, 2
    mov     in.len_burst, bytes
    mov_out_to_ub_align.b32 [rx], [px], in
    set     loaded
    .if     !BUG
    mask_count n
    .endif
    wait    loaded
    vcadd.f32 [rp], [rx], r
    mask_count two
    bar.v
    vcadd.f32 [rr], [rp], last
    mask_all
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [rr], out             ; <- UNINIT
    end
