; Merged core: 496 elements are loaded in whole blocks, 512 are stored.
; args: --chip 910A
.kernel k, core=c100
.param  x, in,  f16[496]
.param  y, out, f16[BUG ? 512 : 496]
.buf    X, ub, f16[512]
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
.flag   stored, mte3 -> s
k:
    .reg    px:gm, py:gm, rx:ub = X, got, want, one = f16(1)
    .reg    in:burst = {len_burst=31}, out:burst = {len_burst=BUG ? 32 : 31}, v:vec1s = {repeat=3}
    ldparam px, x
    ldparam py, y
    ld.b32  want, [px, 4*200]
    mov_out_to_ub [rx], [px], in
    set     loaded
    wait    loaded
    vmuls.f16 [rx], [rx], one, v
    set     done
    wait    done
    mov_ub_to_out [py], [rx], out                       ; <- UNINIT
    set     stored
    wait    stored
    ld.b32  got, [py, 4*200]
    .assert got == want, "y is x"
    sub.s64 got, got, want
    end
