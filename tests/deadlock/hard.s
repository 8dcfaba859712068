; Two hard flags in a circle: MTE1 waits for the counter that M raises behind its own wait.
.kernel hard, core=aic
hard:
    hwait_flag.m.mte1 l0a, 0, #1
    hset_flag.mte1.m l0a, 0, #1
    hwait_flag.mte1.m l0a, 0, #1
    hset_flag.m.mte1 l0a, 0, #1
    end
