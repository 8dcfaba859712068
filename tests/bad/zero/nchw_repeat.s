; expect: 5:5: vnchwconv: repeat = 0 in the config word
.kernel k, core=aiv
k:
    .reg v:vnchwconv = {repeat=0}
    vnchwconv.b16 va0, va2, v
    end
