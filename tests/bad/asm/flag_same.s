; expect: 3:15: a flag orders two pipes, both are v
.kernel k, core=aiv
.flag f, v -> v
k:
    set f
    end
