; c[256,128] = a[256,k] * b[k,128], one tile on one AIC, k a multiple of 256: the registers that
; the inner loop of gemm_inner.inc works on, and nothing else. gemm_f16.s is the whole kernel.
.kernel tile_f16, core=aic
.param  k, u32 = 512, min=256, max=65280, multiple=256
.param  a, in,  f16[256, k]
.param  b, in,  f16[k, 128]
.param  c, out, f32[256, 128]
.ref    gemm, a, b, rtol=1e-4, atol=1e-3

tile_f16:
    .reg    pa:gm, pb:gm, pc:gm, left, zero = 0, kl = 256, stepb, rowb
    .reg    la[2]:l1, lb[2]:l1, za[2]:l0a, zb[2]:l0b, da:l0a, db:l0b, racc:l0c = 0
    ldparam pa, a
    ldparam pb, b
    ldparam pc, c
    ldparam left, k
    mov     la[0], 0                            ; where the buffers of gemm_inner.inc lie
    mov     la[1], 256*256*2
    mov     lb[0], 2*256*256*2
    mov     lb[1], 2*256*256*2 + 256*128*2
    mov     za[0], 0
    mov     za[1], 256*64*2
    mov     zb[0], 0
    mov     zb[1], 64*128*2
    mov     stepb, 256*128*2                    ; bytes of 256 rows of b
    mov     rowb, 128/16*512                    ; bytes of a row of squares in L0B
.include "gemm_inner.inc"
    end
