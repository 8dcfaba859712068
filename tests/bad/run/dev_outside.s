; expect: 7:5: BOUNDS: scalar access of 8 bytes at 0x100000000040 is outside every tensor
.kernel k, core=aiv
.param  y, inout, u64[8]
k:
    .reg    py:gm
    ldparam py, y
    ld_dev.u64 x5, [py, #64]
    end
