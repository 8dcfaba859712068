; expect: 4:5: unknown instruction 'VAD'
.kernel k, core=aiv
k:
    VAD.F16 [x1], [x2], [x3], x4
    end
