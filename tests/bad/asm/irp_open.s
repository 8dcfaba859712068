; expect: 4:5: .irp without .endr
.kernel k, core=aiv
k:
    .irp r, x1
    nop
    end
