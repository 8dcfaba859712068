; expect: 4:12: unexpected '"b"' after the statement
.kernel k, core=aiv
.data
.ascii "a" "b"
