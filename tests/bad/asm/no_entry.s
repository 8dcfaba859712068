; expect: 2:9: kernel 'k' has no entry: there is no label 'k' in .text
.kernel k, core=aiv
    end
