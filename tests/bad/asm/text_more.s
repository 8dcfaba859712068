; expect: 3:7: unexpected '3' after the statement
.kernel k, core=aiv
.text 3
k:
    nop
    end
