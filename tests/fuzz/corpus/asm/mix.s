.kernel m, core=mix, ratio=1:2
.entry aic, p
.entry aiv, q
.param w, scratch, s32[blocks*4]
p: end
q: end
.mark r
nop
.endmark r
.assert x1 == 0, "zero"
.print "x %d", x1
.dump A[0], f16[16], if=x1
.expect_cycles r, 1, 2
.allow RACE, "known"
.loc 1 2 3
.global p
.scratch none
