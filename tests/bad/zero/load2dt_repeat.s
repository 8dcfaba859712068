; expect: 6:5: load_l1_to_l0b_2d_transpose: repeat = 0 in the config word
.kernel k, core=aic
k:
    .reg l:l1 = 0, z:l0b = 0, m:load2dt
    mov m, {repeat=0}
    load_l1_to_l0b_2d_transpose.b8 [z], [l], m
    end
