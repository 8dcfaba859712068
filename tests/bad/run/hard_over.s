; expect: 5:5: FLAG: flag m -> fix, hard l0c, id 3 is set more than 15 times before it is waited for
.kernel k, core=aic
k:
    .rept   16
    hset_flag.m.fix l0c, 0, #3
    .endr
    end
