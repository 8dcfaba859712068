/* Words that the tests of native kernels issue, and their config words. */
#ifndef DV_TESTS_NATIVE_H
#define DV_TESTS_NATIVE_H

#include <criterion/criterion.h>
#include <stdio.h>

#include "asm/asm.h"
#include "emu/cce/include/dv/issue.h"

/* ---- words ----------------------------------------------------------------------------------- */

enum word {
    LOAD,
    STORE,
    VADD,
    SET_LOADED,
    WAIT_LOADED,
    SET_DONE,
    WAIT_DONE,
    SET_STORED,
    WAIT_STORED,
    SET_GO,
    WAIT_GO,
    BAR_V,
    BAR_ALL,
    BLOCKID,
    SUBBLOCKID,
    MASK0,
    SYS_CNT,
    CROSS,
    CROSS_V,
    WAIT_CROSS,
    END,
    TO_L1,
    WORDS
};

static const char *const text[WORDS] = {
    [LOAD] = "mov_out_to_ub [x1], [x2], x3",
    [STORE] = "mov_ub_to_out [x1], [x2], x3",
    [VADD] = "vadd.f32 [x1], [x2], [x3], x4",
    [SET_LOADED] = "set_flag.mte2.v #0",
    [WAIT_LOADED] = "wait_flag.mte2.v #0",
    [SET_DONE] = "set_flag.v.mte3 #1",
    [WAIT_DONE] = "wait_flag.v.mte3 #1",
    [SET_STORED] = "set_flag.mte3.s #2",
    [WAIT_STORED] = "wait_flag.mte3.s #2",
    [SET_GO] = "set_flag.s.mte2 #3",
    [WAIT_GO] = "wait_flag.s.mte2 #3",
    [BAR_V] = "bar.v",
    [BAR_ALL] = "bar.all",
    [BLOCKID] = "mov x1, blockid",
    [SUBBLOCKID] = "mov x1, subblockid",
    [MASK0] = "movemask x2, 0",
    [SYS_CNT] = "mov x1, sys_cnt",
    [CROSS] = "set_cross_core.mte3 x4",
    [CROSS_V] = "set_cross_core.mte2 x4",
    [WAIT_CROSS] = "wait_flag_dev #7",
    [END] = "end",
    [TO_L1] = "mov_out_to_l1 [x1], [x2], x3",
};
static uint32_t words[WORDS];

static void to_stderr(void *self, const char *p, size_t n)
{
    (void)self;
    fwrite(p, 1, n, stderr);
}

/* Every word as the assembler makes it. */
static void words_make(void)
{
    char source[2048] = ".kernel k, core=mix, ratio=1:2\n.entry aic, k\n.entry aiv, k\nk:\n";
    struct dv_asm_opts ao = {0};
    struct dv_sink sink = {NULL, to_stderr};
    struct dv_obj *obj;
    struct dv_diag d;

    for (unsigned i = 0; i < WORDS; i++)
        snprintf(source + strlen(source), sizeof source - strlen(source), "    %s\n", text[i]);
    strcat(source, "    end\n");
    dv_diag_init(&d);
    cr_assert_eq(dv_asm_text("t.s", source, strlen(source), &ao, &sink, &obj, &d), DV_OK, "%s",
                 d.text);
    memcpy(words, obj->section[DV_TEXT].p, sizeof words);
    dv_obj_free(obj);
}

#define ISSUE(w, name, ...) \
    issue_at(w, &(const struct dv_cce_at){name, "kernel.cpp", __LINE__}, \
             (const uint64_t[4]){__VA_ARGS__})
static uint64_t issue_at(enum word w, const struct dv_cce_at *at, const uint64_t x[4])
{
    return dv_cce_issue(words[w], x[0], x[1], x[2], x[3], at);
}

static uint64_t config(const char *layout, const char *const *field, const uint64_t *value)
{
    const struct dv_layout *l = dv_layout_find(layout, strlen(layout));
    uint64_t w[2] = {0};

    for (unsigned i = 0; field[i]; i++)
        dv_field_set(dv_layout_field(l, field[i], strlen(field[i])), w, value[i]);
    return w[0];
}

static uint64_t burst(unsigned blocks)
{
    return config("burst", (const char *[]){"n_burst", "len_burst", NULL}, (uint64_t[]){1, blocks});
}

static uint64_t vec3(unsigned repeat)
{
    return config("vec3",
                  (const char *[]){"repeat", "dst_blk", "src0_blk", "src1_blk", "dst_rep",
                                   "src0_rep", "src1_rep", NULL},
                  (uint64_t[]){repeat, 1, 1, 1, 8, 8, 8});
}

#endif
