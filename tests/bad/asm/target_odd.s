; expect: 4:10: 'k+2' is 2 bytes away, no whole words, for jump
.kernel k, core=aiv
k:
    jump k+2
    end
