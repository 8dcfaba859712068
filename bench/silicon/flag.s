; n rounds from S to V and back to S: two flags a round.
.kernel flag, core=aiv
.param  n, u32 = 100, min=1

.flag   there, s -> v
.flag   back,  v -> s

flag:
    .reg    left, zero = 0
    ldparam left, n
again:
    set     there
    wait    there
    set     back
    wait    back
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, again
    end
