; expect: 5:5: mov_l1_to_bt: len_burst = 0 in the config word
.kernel k, core=aic
k:
    .reg l:l1 = 0, t:bt = 0, m:table_burst = {len_burst=0}
    mov_l1_to_bt [t], [l], m
    end
