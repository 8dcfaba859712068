; expect: 3:16: undefined symbol 'big'
.kernel k, core=aiv
.ref add, rtol=big
k:
    nop
    end
