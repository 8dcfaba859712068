; expect: 4:5: this directive is not supported yet
.kernel k, core=aiv
k:
    .print "tile %d", x5
    end
