; expect: 3:1: expected an instruction, a directive or a label
.kernel k, core=aiv
1:
k:
    nop
    end
