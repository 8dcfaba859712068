; expect: 5:5: load_l1_to_l0a_2d: repeat = 0 in the config word
.kernel k, core=aic
k:
    .reg l:l1 = 0, z:l0a = 0, m:load2d = {repeat=0}
    load_l1_to_l0a_2d [z], [l], m
    end
