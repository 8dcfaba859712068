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
        {"hset_flag.mte2.v #3, bar.vx, wait_flag_dev #1", "hset_flag.mte2.v #3, bar.vx, "
                                                          "wait_flag_dev #1"},
        {"", ""},
    };
    char fix[256];

    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        snprintf(fix, sizeof fix, "%s", row[i][0]);
        dv_dev_remedy(fix, sizeof fix);
        cr_expect_str_eq(fix, row[i][1], "row %u: %s", i, fix);
    }
}
