; expect: 3:9: there is no macro 'm'
.kernel k, core=aiv
.purgem m
k:
    nop
    end
