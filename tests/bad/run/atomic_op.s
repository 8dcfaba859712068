; expect: 8:5: RANGE: ST_ATOMIC_CFG is 0x19: types are 0 to 6, operations 0 to 2
.kernel k, core=aiv
.param  y, inout, u64[8]
k:
    .reg    py:gm, one = 1
    ldparam py, y
    mov     st_atomic_cfg, 0x19
    st_atomic.u64 one, [py, #0]
    end
