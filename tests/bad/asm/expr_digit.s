; expect: 4:13: malformed number '12ab'
.kernel k, core=aiv
k:
    mov x1, 12ab
    end
