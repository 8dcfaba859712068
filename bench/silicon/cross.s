; n rounds between the AIC of a block and its two AIVs: two flags between cores a round.
.include "dv.inc"
.kernel cross, core=mix, ratio=1:2
.entry  aic, cube
.entry  aiv, vector
.param  n, u32 = 16, min=1

cube:
    .scope
    .reg    left, zero = 0
    ldparam left, n
call:
    cross_set fix, 2, 0
    wait_flag_dev #1
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, call
    end
    .endscope

vector:
    .scope
    .reg    left, zero = 0
    ldparam left, n
answer:
    wait_flag_dev #0
    cross_set mte3, 2, 1
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, answer
    end
    .endscope
