; expect: 4:5: bad HSET_FLAG configuration src=v dst=mte3 mem=l0a: it takes src=mte1 dst=m mem=l0a|l0b|bt; src=m dst=mte1 mem=l0a|l0b|bt; src=m dst=fix mem=l0c; src=fix dst=m mem=l0c
.kernel k, core=aic
k:
    hset_flag.v.mte3 l0a, 0, #0
    end
