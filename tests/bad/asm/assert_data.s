; expect: 4:1: this is attached to an instruction; write .text first
.kernel k, core=aiv
.data
.assert 1, "a"
.text
k:
    nop
    end
