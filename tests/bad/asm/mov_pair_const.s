; expect: 5:12: a register pair takes {field=value ..}
.kernel k, core=aiv
k:
    .reg c:align = {len_burst=32}
    mov c, 5
    end
