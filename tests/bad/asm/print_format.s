; expect: 4:12: '%s' is no conversion of .print
.kernel k, core=aiv
k:
    .print "%s", x1
    end
