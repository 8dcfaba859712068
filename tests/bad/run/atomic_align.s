; expect: 8:5: ALIGN: scalar access of 4 bytes at 0x100000000002 is not aligned
.kernel k, core=aiv
.param  y, inout, u64[8]
k:
    .reg    py:gm, one = 1
    ldparam py, y
    mov     st_atomic_cfg, 1
    st_atomic.u64 one, [py, #2]
    end
