; expect: 5:5: ALIGN: dst address 0x40 in fb is not a multiple of 128 bytes
.kernel k, core=aic
k:
    .reg l:l1 = 0, t:fb = 0x40, m:table_burst = {len_burst=1}
    mov_l1_to_fb [t], [l], m
    end
