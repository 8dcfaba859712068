; expect: 4:12: 'vec4' is neither an address space nor a layout
.kernel k, core=aiv
k:
    .reg a:vec4
    end
