; expect: 4:5: expected the name of the loop variable
.kernel k, core=aiv
k:
    .irp
    nop
    .endr
    end
