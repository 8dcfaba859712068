; The rows of x begin 4 bytes into a line of 512: each row of the move touches one line more.
; args: x=ones
.kernel k, core=aiv
.equ    T, 128
.equ    ROWS, 64
.param  x, in,  f32[ROWS*T*2 + 16]
.param  w, in,  f32[ROWS, T]
.param  y, out, f32[ROWS, T]
.ref    copy, w, max_ulp=0
.buf    X, ub, f32[ROWS*T]
.buf    W, ub, f32[ROWS*T], group=8
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    p:gm, rx:ub = X, rw:ub = W, v:vec3 = {repeat=ROWS*T/64}
    .reg    in:align = {n_burst=ROWS len_burst=4*T src_gap=4*T}, all:align = {len_burst=4*T*ROWS}
    ldparam p, x
    add.s64 p, p, 4*BUG
    mov_out_to_ub_align.b32 [rx], [p], in               ; <- GMALIGN
    ldparam p, w
    mov_out_to_ub_align.b32 [rw], [p], all
    ldparam p, y
    set     loaded
    wait    loaded
    vmul.f32 [rw], [rw], [rx], v
    set     done
    wait    done
    mov_ub_to_out_align.b32 [p], [rw], all
    end
