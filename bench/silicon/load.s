; n loads of `frac` fractals (512 B), L1 to L0: op 0 to L0A, 1 to L0B, 2 the 3D form to L0A. serial=1:
; S waits for each.
.kernel load, core=aic
.param  op, u32 = 0, max=2
.param  n, u32 = 64, min=1
.param  frac, u32 = 32, min=4, max=128, multiple=4
.param  serial, u32 = 0, max=1

.buf    L,  l1,  f16[128*256]
.buf    ZA, l0a, f16[128*256]
.buf    ZB, l0b, f16[128*256]
.flag   loaded, mte1 -> s

.macro  loads number, insn:vararg
    mov     t, \number
    jumpcmp.ne.s64 op, t, other\@
again\@:
    \insn
    jumpcmp.eq.s64 serial, zero, next\@
    set     loaded
    wait    loaded
next\@:
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, again\@
    jump    out
other\@:
.endm

load:
    .reg    op, t, left, zero = 0, serial, frac, l:l1 = L, za:l0a = ZA, zb:l0b = ZB
    .reg    two:load2d = {repeat=1}
    .reg    three:load3d = {k_extension=64 m_extension=16 channel_size=64}
    ldparam op, op
    ldparam left, n
    ldparam frac, frac
    ldparam serial, serial
    mov     two.repeat, frac
    mov     t, 512 | 1 << 16                    ; an image of 512 x 1 points, 1x1 filter
    mov     fmatrix, t
    shl.b64 t, frac, 2                          ; 16 rows of 64 are four fractals
    mov     three.m_extension, t
    loads   0, load_l1_to_l0a_2d [za], [l], two
    loads   1, load_l1_to_l0b_2d [zb], [l], two
    loads   2, load_l1_to_l0a_3dv2.b16 [za], [l], three
out:
    end
