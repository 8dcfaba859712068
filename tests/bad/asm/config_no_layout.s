; expect: 4:14: the register has no layout, so {..} has no fields
.kernel k, core=aiv
k:
    .reg n = {repeat=1}
    end
