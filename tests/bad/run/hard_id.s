; expect: 6:5: RANGE: event id 8: this chip has ids 0 to 7
.kernel k, core=aic
k:
    .reg    id
    mov     id, 8
    hset_flag.mte1.m l0a, 0, id
    end
