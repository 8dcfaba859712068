
.kernel k, core=aiv
.blocks 5
.flag full, mte2 -> v
.flag free, v -> mte2, ids=2
k:
.reg u:ub = 0, v:vec1 = {repeat=1}
.rept 20
wait free[0]
set full
wait full
vabs.f16 [u], [u], v
set free[1]
.endr
end
