; expect: 5:11: 'n' has no layout, so no field 'repeat'
.kernel k, core=aiv
k:
    .reg n
    mov n.repeat, 3
    end
