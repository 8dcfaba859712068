; expect: 4:20: a register pair takes {field=value ..}
.kernel k, core=aiv
k:
    .reg c:align = 5
    end
