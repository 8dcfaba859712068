; n rounds of the inner step of a matrix product: load a 256x64 and a 64x128 tile into L0 while
; CUBE multiplies the pair before it. Nothing but CUBE limits it; the engine micro-benchmark.
.kernel cube_loop, core=aic
.param  n, u32 = 1000

.equ    M0, 256
.equ    N0, 128
.equ    K0, 64
.buf    LA,  l1,  f16[M0*K0]
.buf    LB,  l1,  f16[K0*N0]
.buf    ZA,  l0a, f16[M0*K0], copies=2
.buf    ZB,  l0b, f16[K0*N0], copies=2
.buf    ACC, l0c, f32[M0*N0]
.flag   full, mte1 -> m,    ids=2
.flag   free, m    -> mte1, ids=2

cube_loop:
    .reg    la:l1 = LA, lb:l1 = LB, za[2]:l0a = ZA, zb[2]:l0b = ZB, racc:l0c = ACC
    .reg    ca:load2d = {repeat=M0*K0/256}, cb:load2d = {repeat=K0*N0/256}
    .reg    mm:mmad = {m=M0 k=K0 n=N0 c_init=1}
    .reg    left, zero = 0, one = 1
    ldparam left, n
    arm     free
loop:
    .rept   2, p
    jumpcmp.le.s64 left, zero, done
    wait    free[\p]
    load_l1_to_l0a_2d [za[\p]], [la], ca
    load_l1_to_l0b_2d [zb[\p]], [lb], cb
    set     full[\p]
    wait    full[\p]
    mmad.f16f32 [racc], [za[\p]], [zb[\p]], mm
    set     free[\p]
    sub.s64 left, left, one
    .endr
    jump    loop
done:
    drain   free
    end
