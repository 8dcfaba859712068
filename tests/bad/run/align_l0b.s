; expect: 5:5: ALIGN: dst address 0x100 in l0b is not a multiple of 512 bytes
.kernel k, core=aic
k:
    .reg l:l1 = 0, z:l0b = 0x100, m:load2d = {repeat=1}
    load_l1_to_l0b_2d [z], [l], m
    end
