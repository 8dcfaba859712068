"""A kernel whose names are long and whose text wants to be more than text. Prints it."""
EVIL = '</script><script>document.title=1</script><img src=x onerror=document.title=2>'
NAME, BUFFER, FLAG, MACRO = 'n' * 120, 'B' * 200, 'F' * 90, 'm' * 150
print(f"""; </script><script>document.title = "taken"</script> <!-- <b>&amp; \u00e9\u4e2d\U0001f600\u2028 "a" 'b' \\ c
.kernel {NAME}, core=aiv
.param  c, out, f16[n]
.param  n, u32 = 64
.buf    {BUFFER}, ub, f16[64]
.flag   {FLAG}, v -> mte3
.macro  {MACRO} x
    vadd.f16 [r], [r], [r], v          ; <b>macro</b>
.endm
{NAME}:
    .reg    r:ub = {BUFFER}, pc:gm, v:vec3 = {{repeat=1}}, mv:align = {{len_burst=128}}
    ldparam pc, c
    .print "{EVIL} %d", pc
    {MACRO} 1
    set     {FLAG}
    wait    {FLAG}
    mov_ub_to_out_align.b16 [pc], [r], mv
    end""")
