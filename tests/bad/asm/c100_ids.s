; expect: 3:7: 'f' needs 5 event ids, mte2 -> v has 4 in all
.kernel k, core=c100
.flag f, mte2 -> v, ids=5
k: end
