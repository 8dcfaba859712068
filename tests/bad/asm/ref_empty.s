; expect: 3:5: expected .ref FUNCTION [, arguments]
.kernel k, core=aiv
.ref
k:
    nop
    end
