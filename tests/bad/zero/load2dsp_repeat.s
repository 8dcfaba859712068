; expect: 5:5: load_l1_to_l0b_2d_sp: repeat = 0 in the config word
.kernel k, core=aic
k:
    .reg l:l1 = 0, z:l0b = 0, m:load2dsp = {repeat=0}
    load_l1_to_l0b_2d_sp [z], [l], m
    end
