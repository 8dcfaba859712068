; expect: 4:13: 'a' is already a register name, declared at reg_twice.s:4
.kernel k, core=aiv
k:
    .reg a, a
    end
