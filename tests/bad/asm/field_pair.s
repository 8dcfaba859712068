; expect: 5:22: a field takes a register of one word
.kernel k, core=aiv
k:
    .reg c:align = {len_burst=32}, d:align = {len_burst=32}
    mov c.len_burst, d
    end
