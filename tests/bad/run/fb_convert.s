; expect: 5:5: ILLEGAL: convert is for the bias table only: use 0
.kernel k, core=aic
k:
    .reg l:l1 = 0, t:fb = 0, m:table_burst = {len_burst=1 convert=1}
    mov_l1_to_fb [t], [l], m
    end
