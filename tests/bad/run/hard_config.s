; expect: 4:5: ILLEGAL: bad HSET_FLAG configuration src=s dst=s mem=l1: it takes src=mte1 dst=m mem=l0a|l0b|bt; src=m dst=mte1 mem=l0a|l0b|bt; src=m dst=fix mem=l0c; src=fix dst=m mem=l0c
.kernel k, core=aic
k:
    .word   0x41e00000
    end
