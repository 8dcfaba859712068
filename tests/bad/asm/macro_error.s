; expect: 3:22: 9999 does not fit the immediate of add (0..4095)
.macro bad r
    add.s64 \r, \r, #9999
.endm
.kernel k, core=aiv
k:
    bad x1
    end
