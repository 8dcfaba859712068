; expect: 7:26: the largest number of cycles is 1, less than the least, 5
.kernel k, core=aiv
k:
    .mark a
    nop
    .endmark
    .expect_cycles a, 5, 1
    end
