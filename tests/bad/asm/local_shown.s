; expect: 6:16: 5000 does not fit the immediate of add (0..4095)
.kernel k, core=aiv
.macro m
.local t
.reg t
add.s64 t, t, #5000
.endm
k:
    m
    end
