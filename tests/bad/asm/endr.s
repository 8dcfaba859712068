; expect: 4:5: .endr without .rept or .irp
.kernel k, core=aiv
k:
    .endr
    end
