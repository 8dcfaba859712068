; n fills of `frac` fractals (512 B) of L0A with a constant. S waits for each.
.kernel fill, core=aic
.param  n, u32 = 64, min=1
.param  frac, u32 = 32, min=1, max=128

.buf    ZA, l0a, f16[128*256]
.flag   filled, mte1 -> s

fill:
    .reg    left, zero = 0, frac, za:l0a = ZA
    .reg    how:fill = {blocks=1 repeat=1}
    ldparam left, n
    ldparam frac, frac
    mov     how.repeat, frac
again:
    set_l0a_2d.b16 [za], how
    set     filled
    wait    filled
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, again
    end
