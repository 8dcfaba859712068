; expect: 2:1: this belongs to a kernel; write .kernel NAME, core=aic|aiv first
.param n, u32 = 4
