; expect: 4:5: expected an instruction, a directive or a label
.kernel k, core=aiv
k:
    5
    end
