/* Hard flags (emu/core/hard.c): which pairs and memories they take, what they count, and how they
 * end. Evidence for pairs and memories: isa.md 3.3; the rest is ours. */
#include "tests/bench.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const char *const pipes[] = {"s",   "v",    "m",    "mte1", "mte2", "mte3",
                                    "all", "mte4", "mte5", "v2",   "fix"};
static const char *const mems[] = {"l1", "l0a", "l0b", "l0c", "ub", "bt"};
enum { PIPES = 11, MEMS = 6, IDS = 8, MOST = 15 };

/* isa.md 3.3, once more. */
static bool is_taken(unsigned src, unsigned dst, unsigned mem)
{
    bool load = (src == 3 && dst == 2) || (src == 2 && dst == 3);
    bool drain = (src == 2 && dst == 10) || (src == 10 && dst == 2);
    return (load && (mem == 1 || mem == 2 || mem == 5)) || (drain && mem == 3);
}

static uint32_t word_of(unsigned src, unsigned dst, unsigned mem, bool wait, bool reg, unsigned v)
{
    return 0x41e00000u | (mem >> 2 & 1) << 19 | (mem & 3) << 16 | v << 15 | (dst >> 3) << 14 |
           src << 10 | (dst & 7) << 7 | (uint32_t)reg << 6 | (uint32_t)wait << 5;
}

/* ---- configurations -------------------------------------------------------------------------- */

Test(hard, every_pair_and_memory)
{
    unsigned taken = 0;

    for (unsigned i = 0; i < PIPES * PIPES * MEMS * 8; i++) {
        unsigned src = i / 8 % PIPES, dst = i / 8 / PIPES % PIPES, mem = i / 8 / PIPES / PIPES;
        uint32_t word = word_of(src, dst, mem, i & 1, i >> 1 & 1, i >> 2 & 1);
        struct dv_op op;
        enum dv_err e = dv_isa_decode(word, DV_ON(DV_AIC), &op, NULL, NULL);
        taken += e == DV_OK;
        cr_expect_eq(e, is_taken(src, dst, mem) ? DV_OK : DV_E_ILLEGAL, "0x%08x %s.%s %s: %d", word,
                     pipes[src], pipes[dst], mems[mem], e);
    }
    cr_expect_eq(taken, 8 * 8);
}

Test(hard, bad_configuration_says_what_it_takes)
{
    struct dv_op op;
    struct dv_diag d;

    dv_diag_init(&d);
    cr_assert_eq(dv_isa_decode(word_of(4, 1, 4, true, false, 0), DV_ON(DV_AIC), &op, NULL, &d),
                 DV_E_ILLEGAL);
    cr_expect_str_eq(d.text, "bad HWAIT_FLAG configuration src=mte2 dst=v mem=ub: it takes "
                             "src=mte1 dst=m mem=l0a|l0b|bt; src=m dst=mte1 mem=l0a|l0b|bt; "
                             "src=m dst=fix mem=l0c; src=fix dst=m mem=l0c");
}

/* ---- counters -------------------------------------------------------------------------------- */

static enum dv_err run(const char *text, struct dv_diag *d, dv_time *cycles)
{
    static const struct dv_machine_opts opts;
    struct bench b;

    bench_open(&b, "910B1", &opts, text);
    enum dv_err e = bench_run(&b, 1);
    if (d)
        *d = b.d;
    if (cycles)
        *cycles = dv_machine_cycles(b.m);
    bench_close(&b);
    return e;
}

struct text {
    char s[4096];
    size_t n;
};

static void add(struct text *t, unsigned times, const char *verb, const char *rest)
{
    for (unsigned i = 0; i < times; i++)
        t->n += (size_t)snprintf(t->s + t->n, sizeof t->s - t->n, "%s%s\n", verb, rest);
}

/* n sets, then m waits of one counter. */
static enum dv_err count(const char *rest, unsigned id, unsigned sets, unsigned waits,
                         struct dv_diag *d)
{
    struct text t = {.n = 0};
    char head[80];

    snprintf(head, sizeof head, ".kernel k, core=aic\nk:\n.reg _id = %u\n", id);
    add(&t, 1, head, "");
    add(&t, sets, "hset_flag", rest);
    add(&t, waits, "hwait_flag", rest);
    add(&t, 1, "end", "");
    return run(t.s, d, NULL);
}

Test(hard, every_counter_counts)
{
    unsigned rows = 0;

    for (unsigned i = 0; i < PIPES * PIPES * MEMS; i++) {
        unsigned src = i % PIPES, dst = i / PIPES % PIPES, mem = i / PIPES / PIPES;
        for (unsigned id = 0; is_taken(src, dst, mem) && id < IDS; id++, rows++) {
            char imm[64], reg[64], given[8];
            struct dv_diag d;
            snprintf(given, sizeof given, "#%u", id);
            snprintf(imm, sizeof imm, ".%s.%s %s, %u, %s", pipes[src], pipes[dst], mems[mem],
                     id & 1, given);
            snprintf(reg, sizeof reg, ".%s.%s %s, %u, _id", pipes[src], pipes[dst], mems[mem],
                     ~id & 1);
            cr_expect_eq(count(imm, 0, 1, 1, &d), DV_OK, "%s: %s", imm, d.text);
            cr_expect_eq(count(reg, id, 2, 2, &d), DV_OK, "%s %u: %s", reg, id, d.text);
            cr_expect_eq(count(reg, id, 2, 1, &d), DV_E_FLAG, "%s %u: %s", reg, id, d.text);
            cr_expect_eq(count(imm, 0, 1, 2, &d), DV_E_DEADLOCK, "%s: %s", imm, d.text);
        }
    }
    cr_expect_eq(rows, 8 * IDS);
}

Test(hard, holds_fifteen)
{
    struct dv_diag d;

    cr_expect_eq(count(".mte1.m l0a, 0, #3", 0, MOST, MOST, &d), DV_OK, "%s", d.text);
    cr_expect_eq(count(".mte1.m l0a, 0, #3", 0, MOST + 1, MOST + 1, &d), DV_E_FLAG);
    cr_expect_str_eq(d.text,
                     "flag mte1 -> m, hard l0a, id 3 is set more than 15 times before it is "
                     "waited for");
    cr_expect(d.has_other);
}

Test(hard, left_at_end)
{
    struct dv_diag d;

    cr_expect_eq(count(".m.fix l0c, 0, #7", 0, 3, 1, &d), DV_E_FLAG);
    cr_expect_str_eq(d.text, "flag m -> fix, hard l0c, id 7 is still 2 at END");
}

Test(hard, ids_end_at_seven)
{
    struct dv_diag d;

    cr_expect_eq(count(".mte1.m l0a, 0, _id", 8, 1, 1, &d), DV_E_RANGE, "%s", d.text);
    cr_expect_eq(count(".mte1.m l0a, 0, _id", ~0u, 1, 1, &d), DV_E_RANGE, "%s", d.text);
}

/* Memories, ids, directions and pipe flags of the same pair are counters of their own. */
Test(hard, counters_are_apart)
{
    static const char *const other[] = {"hset_flag.mte1.m l0b, 0, #1",
                                        "hset_flag.mte1.m l0a, 0, #2",
                                        "hset_flag.m.mte1 l0a, 0, #1", "set_flag.mte1.m #1"};

    for (unsigned i = 0; i < sizeof other / sizeof *other; i++) {
        char text[256];
        snprintf(text, sizeof text,
                 ".kernel k, core=aic\nk:\n%s\nhwait_flag.mte1.m l0a, 0, #1\nend\n", other[i]);
        cr_expect_eq(run(text, NULL, NULL), DV_E_DEADLOCK, "%s", other[i]);
    }
}

/* They cost what SET and WAIT cost (ours). */
Test(hard, time_of_a_pipe_flag)
{
    dv_time hard, soft;

    cr_assert_eq(run(".kernel k, core=aic\nk:\nhset_flag.mte1.m l0a, 0, #1\n"
                     "hwait_flag.mte1.m l0a, 0, #1\nend\n",
                     NULL, &hard),
                 DV_OK);
    cr_assert_eq(
        run(".kernel k, core=aic\nk:\nset_flag.mte1.m #1\nwait_flag.mte1.m #1\nend\n", NULL, &soft),
        DV_OK);
    cr_expect_eq(hard, soft);
}
