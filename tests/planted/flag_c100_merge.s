; On the merged core too: MTE2 sets one id for two tiles before V has waited for the first.
; args: --chip 910A
.kernel k, core=c100
.equ    T, 2048
.param  x, in,  f16[2*T]
.param  y, out, f16[2*T]
.ref    relu, x, max_ulp=0
.buf    X, ub, f16[T], copies=2
.flag   loaded, mte2 -> v, ids=2
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx[2]:ub = X, step = 2*T
    .reg    in:burst = {len_burst=T/16}, out:burst = {len_burst=T/8}, v:vec1s = {repeat=T/128}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub [rx[0]], [px], in
    set     loaded[0]                                   ; <- FLAG other
    add.s64 px, px, step
    mov_out_to_ub [rx[1]], [px], in
    set     loaded[BUG ? 0 : 1]                         ; <- FLAG
    wait    loaded[0]
    vrelu.f16 [rx[0]], [rx[0]], v
    wait    loaded[BUG ? 0 : 1]
    vrelu.f16 [rx[1]], [rx[1]], v
    set     done
    wait    done
    mov_ub_to_out [py], [rx[0]], out
    end
