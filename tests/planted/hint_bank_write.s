; The blocks of a repeat are written 16 blocks apart, all into one bank group: eight cycles
; instead of one.
.kernel k, core=aiv
.equ    PITCH, BUG ? 16 : 17
.param  x, in,  f32[16, 64]
.param  y, out, f32[8, 16, 8]
.buf    X, ub, f32[16, 64]
.buf    Y, ub, f32[17*8*8*4], bank=2
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
.flag   stored, mte3 -> s
k:
    .reg    px:gm, py:gm, rx:ub = X, ry:ub = Y, want, got
    .reg    in:align = {len_burst=4096}, out:align = {n_burst=8 len_burst=512 src_gap=PITCH-16}
    .reg    v:vec1 = {repeat=16 dst_blk=PITCH dst_rep=1}
    ldparam px, x
    ldparam py, y
    ld.b32  want, [px, 4*(64*3+8*5)]                    ; row 3, block 5
    mov_out_to_ub_align.b32 [rx], [px], in
    set     loaded
    wait    loaded
    vabs.f32 [ry], [rx], v                              ; <- BANK
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [ry], out             ; by blocks of columns
    set     stored
    wait    stored
    mov     got, 4*8*(16*5+3)
    ld.b32  got, [py, got]
    shl.b64 want, want, 33
    shr.u64 want, want, 33
    .assert got == want, "|x[3][40]|"
    sub.s64 got, got, want
    end
