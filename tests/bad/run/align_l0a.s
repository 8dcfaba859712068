; expect: 5:5: ALIGN: dst address 0x100 in l0a is not a multiple of 512 bytes
.kernel k, core=aic
k:
    .reg l:l1 = 0, z:l0a = 0x100, m:load2d = {repeat=1}
    load_l1_to_l0a_2d [z], [l], m
    end
