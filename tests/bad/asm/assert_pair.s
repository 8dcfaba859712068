; expect: 5:13: a register pair has no single value; name a field
.kernel k, core=aiv
k:
    .reg c:align = {len_burst=32}
    .assert c > 0, "a"
    end
