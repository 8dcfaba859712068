; expect: 4:5: unknown instruction 'vad'
.kernel k, core=aiv
k:
    vad.f16 [x1], [x2], [x3], x4
    end
