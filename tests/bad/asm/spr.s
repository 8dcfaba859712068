; expect: 4:9: there is no special register 'ctrk'
.kernel k, core=aiv
k:
    mov ctrk, x1
    end
