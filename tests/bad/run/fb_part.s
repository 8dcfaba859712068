; expect: 5:5: RANGE: fb has parts 0 to 3, xd[19:16] is 4: use the address of one of them
.kernel k, core=aic
k:
    .reg l:l1 = 0, t:fb = 0x40000, m:table_burst = {len_burst=1}
    mov_l1_to_fb [t], [l], m
    end
