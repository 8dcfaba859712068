; Only the last, shorter tile goes a way of its own, and on that way the flag for V is missing.
; args: n=5000
.include "dv.inc"
.kernel k, core=aiv
.equ    T, 2048
.param  n, u32 = 4096
.param  x, in,  f16[n]
.param  y, out, f16[n]
.ref    relu, x, max_ulp=0
.buf    X, ub, f16[T]
.flag   full,  mte2 -> v
.flag   done,  v -> mte3
.flag   saved, mte3 -> mte2
k:
    .reg    px:gm, py:gm, rx:ub = X, step = 2*T, left, t = T, zero = 0
    .reg    mv:align = {len_burst=2*T}, v:vec1 = {repeat=T/128}
    ldparam px, x
    ldparam py, y
    ldparam left, n
    set     saved
next:
    jumpcmp.lt.s64 left, t, last
    wait    saved
    mov_out_to_ub_align.b16 [rx], [px], mv
    set     full
    wait    full
    vrelu.f16 [rx], [rx], v
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rx], mv
    set     saved
    add.s64 px, px, step
    add.s64 py, py, step
    sub.s64 left, left, t
    jump    next
last:
    jumpcmp.le.s64 left, zero, out
    shl.b64 t, left, 1
    mov     mv.len_burst, t
    mask_count left
    wait    saved
    mov_out_to_ub_align.b16 [rx], [px], mv              ; <- RACE other
    .if     !BUG
    set     full
    wait    full
    .endif
    vrelu.f16 [rx], [rx], v                             ; <- RACE
    mask_all
    set     done
    wait    done
    mov_ub_to_out_align.b16 [py], [rx], mv
    set     saved
out:
    wait    saved
    end
