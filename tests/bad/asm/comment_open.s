; expect: 4:1: the comment is not closed
.kernel k, core=aiv
k:  end
/* never closed
