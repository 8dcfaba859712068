; Two loads overlap in UB and MTE2 does not order its own writes: the older row may land last.
.kernel k, core=aiv
.param  x, in,  f16[512]
.param  z, in,  f16[128]
.param  y, out, f16[128]
.ref    copy, z, max_ulp=0
.buf    X, ub, f16[512]
.flag   loaded, mte2 -> mte3
k:
    .reg    px:gm, pz:gm, py:gm, rx:ub = X, rz:ub = X, skip = 256
    .reg    all:align = {len_burst=1024}, row:align = {len_burst=256}
    ldparam px, x
    ldparam pz, z
    ldparam py, y
    add.s64 rz, rz, skip
    mov_out_to_ub_align.b16 [rx], [px], all             ; <- RACE other
    .if     !BUG
    bar.mte2
    .endif
    mov_out_to_ub_align.b16 [rz], [pz], row             ; <- RACE
    set     loaded
    wait    loaded
    mov_ub_to_out_align.b16 [py], [rz], row
    end
