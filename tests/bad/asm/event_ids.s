; expect: 5:7: 'c' needs 1 event id, mte2 -> v has 8 in all; a holds 0..3, b holds 4..7
.kernel k, core=aiv
.flag a, mte2 -> v, ids=4
.flag b, mte2 -> v, ids=4
.flag c, mte2 -> v
k:  end
