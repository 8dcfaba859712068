; expect: 4:16: unexpected 'x1' after the statement
.kernel k, core=aiv
k:
    .print "a" x1
    end
