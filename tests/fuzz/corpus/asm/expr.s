.equ A, (1 + 2) * 3 - -4 / 2 % 5 << 2 >> 1 & 0xff | 0b101 ^ ~7
.equ B, A == 3 && A != 4 || !(A <= 5) ? max(1, 2) : min(A, log2(1024))
.set C, ceil_div(17, 16) + align_up(17, 32) + sizeof(f16)
.if A > 3
.equ D, f16(1.5)
.elseif B
.equ D, bf16(1e-3)
.else
.equ D, f32(-2.5)
.endif
.data
.align 8
.byte 1, 'a', 255, -1
.half 0x1234
.word A, B, C
.quad 1_000_000
.f16 1.0, -0.5
.bf16 3
.f32 1e-40, 3e8
.ascii "a\tb\n\"\\"
.bss
.align 64
.section .rodata
.word D
