; expect: 5:14: the open region is 'a'
.kernel k, core=aiv
k:
    .mark a
    .endmark b
    end
