; expect: 4:10: expected .dump PLACE, TYPE[SHAPE] [, if=CONDITION]
.kernel k, core=aiv
k:
    .dump
    end
