; expect: 2:1: this belongs to a kernel; write .kernel NAME, core=aic|aiv first
.blocks 4
