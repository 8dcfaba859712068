; expect: 3:19: unexpected 'x' after the statement
.kernel k, core=aiv
.include "dv.inc" x
k:
    nop
    end
