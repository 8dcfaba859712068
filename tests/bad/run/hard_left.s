; expect: 4:5: FLAG: flag fix -> m, hard l0c, id 3 is still 1 at END
.kernel k, core=aic
k:
    hset_flag.fix.m l0c, 0, #3
    end
