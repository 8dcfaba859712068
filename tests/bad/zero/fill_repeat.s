; expect: 5:5: set_l0a_2d: repeat = 0 in the config word
.kernel k, core=aic
k:
    .reg z:l0a = 0, m:fill = {repeat=0 blocks=2}
    set_l0a_2d.b16 [z], m
    end
