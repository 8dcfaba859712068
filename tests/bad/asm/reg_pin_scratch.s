; expect: 4:10: x31 cannot be pinned to 'a'; in use: x31 assembler scratch
.kernel k, core=aiv
k:
    .reg a@x31
    end
