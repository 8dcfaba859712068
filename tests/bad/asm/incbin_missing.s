; expect: 4:9: there is no file 'no.bin'
.kernel k, core=aiv
.data
.incbin "no.bin"
