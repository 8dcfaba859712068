; The store is one element longer than y: it writes two bytes of whatever lies behind the tensor.
; args: n=333
.kernel k, core=aiv
.param  n, u32 = 1000, max=8192
.param  x, in,  f16[n]
.param  y, out, f16[n]
.ref    muls, x, 2, max_ulp=0
.include "dv.inc"
.buf    X, ub, f16[8192]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = X, n, more, two = f16(2), v:vec1 = {repeat=1}
    .reg    in:align = {len_burst=0}, out:align = {len_burst=0}
    ldparam px, x
    ldparam py, y
    ldparam n, n
    shl.b64 more, n, 1
    mov     in.len_burst, more
    add.s64 more, more, 2*BUG
    mov     out.len_burst, more
    mov_out_to_ub_align.b16 [rx], [px], in
    set     loaded
    mask_count n
    wait    loaded
    vmuls.f16 [rx], [rx], two, v
    mask_all
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rx], out             ; <- BOUNDS
    end
