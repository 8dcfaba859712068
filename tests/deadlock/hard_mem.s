; Counted for L0A, waited for at L0B.
.kernel hard_mem, core=aic
hard_mem:
    hset_flag.mte1.m l0a, 0, #1
    hwait_flag.mte1.m l0b, 0, #1
    end
