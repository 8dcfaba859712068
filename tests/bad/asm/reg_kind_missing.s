; expect: 4:12: expected an address space or a layout after ':'
.kernel k, core=aiv
k:
    .reg a:
    end
