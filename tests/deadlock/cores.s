; Two sides of a mix kernel: the cube core waits for the vector cores, these for the cube core; of two
; vector cores one has set its flag.
.kernel cores, core=mix, ratio=1:2
.entry  aic, cube
.entry  aiv, vector
.param  n, u32 = 0
cube:
    .scope
    .reg    ready = 1 + (2 << 4) + (3 << 8)
    wait_flag_dev #4
    set_cross_core.fix ready
    end
    .endscope
vector:
    .reg    first, zero = 0, free = 1 + (2 << 4) + (4 << 8)
    mov     first, subblockid
    jumpcmp.ne.s64 first, zero, second
    set_cross_core.mte2 free
second:
    wait_flag_dev #3
    end
