; expect: 6:5: ILLEGAL: unit_flag = 2: dav-c100 has no such mode
; args: --chip 910A
.kernel k, core=c100
k:
    .reg l:l0c = 0, a:l0a = 0, b:l0b = 0, m:mmad = {m=16 k=16 n=16 unit_flag=2}
    mmad.f16f32 [l], [a], [b], m
    end
