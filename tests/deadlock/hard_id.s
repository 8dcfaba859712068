; Set with another id of the same memory.
.kernel hard_id, core=aic
hard_id:
    hset_flag.m.fix l0c, 0, #1
    hwait_flag.m.fix l0c, 0, #2
    end
