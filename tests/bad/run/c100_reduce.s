; expect: 6:5: RANGE: dst_rep = 0 is not allowed for vcadd on c100
; args: --chip 910A
.kernel k, core=c100
k:
    .reg u:ub = 0, v:ub = 512, m:red = {repeat=1 dst_rep=0}
    vcadd.f16 [v], [u], m
    end
