; expect: 4:5: ILLEGAL: break outside a loop
.kernel k, core=aiv
k:
    break
    end
