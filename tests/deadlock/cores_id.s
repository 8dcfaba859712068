; args: --blocks 2
; The vector cores set flag 5 for the cube core, which waits for flag 4.
.kernel cores, core=mix, ratio=1:2
.entry  aic, cube
.entry  aiv, vector
.param  n, u32 = 0
cube:
    wait_flag_dev #4
    end
vector:
    .reg    free = 1 + (2 << 4) + (5 << 8)
    set_cross_core.mte2 free
    end
