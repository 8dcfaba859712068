    vad.f16 [x1], [x2], [x3], x4
    vadd.f16 [x1], [x2], x3
    mov x32, 1
    mov x1, 1, 2
dup: end
dup: end
    jump nowhere
    .reg a:ub, b:vec3 = {bogus=1}
    .reg c:vec3 = {repeat=999}
    set nothing[3]
    .buf HUGE, ub, f32[1<<40]
    .flag f, v -> v, ids=99
    mov x1, #0x1ffffffffffffffff
    .endm
    .endr
    .endif
    .unknown 1
"unterminated
