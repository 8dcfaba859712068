; expect: 5:5: LIMIT: more than 32 nested calls
.kernel k, core=aiv
k:
    again:
    call again
    end
