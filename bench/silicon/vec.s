; n vector instructions `op` of r repeats, each into the place the one before wrote: nothing of their
; heads hides. With two r and two n: cycles a repeat, and the head of one.
.kernel vec, core=aiv
.param  op, u32 = 0, max=31
.param  n,  u32 = 100, min=1
.param  r,  u32 = 64, min=1, max=96

.buf    A, ub, f16[96*128]
.buf    B, ub, f16[96*128], group=8           ; other half of the row: no read-read conflict with A
.buf    C, ub, f16[96*128], copies=2, bank=2  ; banks of its own: no read-write conflict

.macro  chain number, insn:vararg               ; the loop of one op
    mov     t, \number
    jumpcmp.ne.s64 op, t, other\@
again\@:
    \insn
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, again\@
    jump    out
other\@:
.endm

vec:
    .reg    ra:ub = A, rb:ub = B, rc:ub = C, left, zero = 0, one, t, op, r
    .reg    v3:vec3 = {repeat=1}, v1:vec1 = {repeat=1}, red:red = {repeat=1}
    ldparam op, op
    ldparam left, n
    ldparam r, r
    mov     v3.repeat, r
    mov     v1.repeat, r
    mov     red.repeat, r
    mov     one, f16(1)
    chain   0,  vadd.f16 [rc], [ra], [rb], v3
    chain   1,  vmul.f16 [rc], [ra], [rb], v3
    chain   2,  vmax.f16 [rc], [ra], [rb], v3
    chain   3,  vand.u16 [rc], [ra], [rb], v3
    chain   4,  vmla.f16 [rc], [ra], [rb], v3
    chain   5,  vmadd.f16 [rc], [ra], [rb], v3
    chain   6,  vaddrelu.f16 [rc], [ra], [rb], v3
    chain   7,  vadds.f16 [rc], [ra], one, v1
    chain   8,  vmuls.f16 [rc], [ra], one, v1
    chain   9,  vmaxs.f16 [rc], [ra], one, v1
    chain   10, vaxpy.f16 [rc], [ra], one, v1
    chain   11, vlrelu.f16 [rc], [ra], one, v1
    chain   12, vrelu.f16 [rc], [ra], v1
    chain   13, vabs.f16 [rc], [ra], v1
    chain   14, vnot.u16 [rc], [ra], v1
    chain   15, vcopy.b16 [rc], [ra], v1
    chain   16, vrec.f16 [rc], [ra], v1
    chain   17, vrsqrt.f16 [rc], [ra], v1
    chain   18, vexp.f32 [rc], [ra], v1
    chain   19, vln.f32 [rc], [ra], v1
    chain   20, vconv.f32f16 [rc], [ra], v1
    chain   21, vcadd.f32 [rc], [ra], red
    chain   22, vcmax.f32 [rc], [ra], red
    chain   23, vcgadd.f32 [rc], [ra], red
    chain   24, vcgmax.f32 [rc], [ra], red
    chain   25, vcpadd.f32 [rc], [ra], red
    chain   26, vshl.b16 [rc], [ra], one, v1
out:
    end
