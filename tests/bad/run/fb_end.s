; expect: 5:5: RANGE: writes up to 0x480 of fb part 1, which has 1024 bytes
.kernel k, core=aic
k:
    .reg l:l1 = 0, t:fb = 0x10380, m:table_burst = {len_burst=2}
    mov_l1_to_fb [t], [l], m
    end
