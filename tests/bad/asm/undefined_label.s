; expect: 4:12: undefined symbol 'nowhere'
.kernel k, core=aiv
k:
    jump   nowhere
    end
