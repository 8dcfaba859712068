/* Remedies of native kernels in the words of C. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "emu/cce/device.h"

Test(remedy, speaks_c)
{
    static const char *const row[][2] = {
        {"add set_flag.mte2.v #3 after line 2",
         "add set_flag(PIPE_MTE2, PIPE_V, EVENT_ID3) after line 2"},
        {"set_flag.m.fix after line 9, wait_flag.m.fix before the next line 3",
         "set_flag(PIPE_M, PIPE_FIX, id) after line 9, wait_flag(PIPE_M, PIPE_FIX, id) before the "
         "next line 3"},
        {"wait_flag.mte3.s id 2 before the second set",
         "wait_flag(PIPE_MTE3, PIPE_S, EVENT_ID2) before the second set"},
        {"bar.v after line 24, bar.all", "pipe_barrier(PIPE_V) after line 24, "
                                         "pipe_barrier(PIPE_ALL)"},
        {"hset_flag.mte2.v #3, bar.vx", "hset_flag.mte2.v #3, bar.vx"},
        {"nothing waits for it: add hwait_flag.mte1.m l0a, 0, #1",
         "nothing waits for it: add hwait_flag(PIPE_MTE1, PIPE_M, EVENT_ID1, L0A, 0)"},
        {"wait_flag_dev #1 on core 3 once for each set that reaches it",
         "wait_flag_dev(1) on core 3 once for each set that reaches it"},
        {"nothing sets id 3 any more: set_cross_core for this wait",
         "nothing sets id 3 any more: ffts_cross_core_sync for this wait"},
        {"dsb.all between the two", "dsb(DSB_ALL) between the two"},
        {"dcci.line.out of that address after the last store to the line, or dcci.cache.out before "
         "end",
         "dcci(address, SINGLE_CACHE_LINE, CACHELINE_OUT) after the last store to the line, or "
         "dcci(address, ENTIRE_DATA_CACHE, CACHELINE_OUT) before the kernel ends"},
        {"mask_all of dv.inc before end",
         "set_mask_norm() and set_vector_mask(~0ull, ~0ull) before the kernel ends"},
        {"put the bits back before end: mov t, ctrl; insert t, zero, #6, #3; mov ctrl, t",
         "put the bits back before the kernel ends: set_ctrl(get_ctrl() & ~(0x7ull << 6))"},
        {"give each block bytes of its own (blockid), or do both in one block",
         "give each block bytes of its own (get_block_idx()), or do both in one block"},
        {"put one source into other bank groups: .buf .., group=8 (256 bytes on)",
         "put one source into other bank groups: 256 bytes on"},
        {"put the destination into a bank of its own: .buf .., bank=1 or 2",
         "put the destination into a bank of its own: from 0x10000 or 0x20000 on"},
        {"wait for it before END; the next kernel on this core would see it",
         "wait for it before the kernel ends; the next kernel on this core would see it"},
        {".kernel NAME, core=mix", "launch it mixed: DV_LAUNCH_MIX"},
        {"a backend, before endless", "a backend, before endless"},
        {"", ""},
    };
    char fix[256];

    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        snprintf(fix, sizeof fix, "%s", row[i][0]);
        dv_dev_remedy(fix, sizeof fix);
        cr_expect_str_eq(fix, row[i][1], "row %u: %s", i, fix);
    }
}
