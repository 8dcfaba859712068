; expect: 6:5: RESERVED: dst_gap = 1: fractals follow each other on dav-c100, use 0
; args: --chip 910A
.kernel k, core=c100
k:
    .reg l:l1 = 0, a:l0a = 0, m:load2d = {repeat=1 dst_gap=1}
    load_l1_to_l0a_2d [a], [l], m
    end
