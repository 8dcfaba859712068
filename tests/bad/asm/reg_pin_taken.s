; expect: 4:16: x3 cannot be pinned to 'b'; in use: x3 a
.kernel k, core=aiv
k:
    .reg a@x3, b@x3
    end
