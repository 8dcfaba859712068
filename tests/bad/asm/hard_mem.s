; expect: 4:5: bad HWAIT_FLAG configuration src=mte1 dst=m mem=l0c: it takes src=mte1 dst=m mem=l0a|l0b|bt; src=m dst=mte1 mem=l0a|l0b|bt; src=m dst=fix mem=l0c; src=fix dst=m mem=l0c
.kernel k, core=aic
k:
    hwait_flag.mte1.m l0c, 1, x3
    end
