; expect: 6:1: 'loop' is already a label, defined at duplicate_label.s:4
.kernel k, core=aiv
k:
loop:
    end
loop:
