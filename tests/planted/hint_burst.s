; 256 rows of 64 bytes out of rows of 256: each row is a request of its own for an eighth of a
; line of 512.
; args: x=ones
.kernel k, core=aiv
.equ    COLS, BUG ? 64 : 16
.param  x, in,  f32[256, COLS]
.param  z, in,  f32[256, 16]
.param  y, out, f32[256, 16]
.ref    copy, z, max_ulp=0
.buf    X, ub, f32[4096]
.buf    Z, ub, f32[4096]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    p:gm, rx:ub = X, rz:ub = Z, v:vec3 = {repeat=64}
    .reg    strip:align = {n_burst=256 len_burst=64 src_gap=4*(COLS-16)}
    .reg    all:align = {len_burst=16384}
    ldparam p, x
    mov_out_to_ub_align.b32 [rx], [p], strip            ; <- BURST
    ldparam p, z
    mov_out_to_ub_align.b32 [rz], [p], all
    ldparam p, y
    set     loaded
    wait    loaded
    vmul.f32 [rz], [rz], [rx], v
    set     done
    wait    done
    mov_ub_to_out_align.b32 [p], [rz], all
    end
