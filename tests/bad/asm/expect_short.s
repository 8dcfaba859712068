; expect: 4:20: expected .expect_cycles REGION, LEAST, MOST
.kernel k, core=aiv
k:
    .expect_cycles a, 1
    end
