/* Unit flags of L0C (emu/core/unit.c): MMAD and fixpipe hand tiles to each other without flags of
 * the queues. Evidence: isa.md 7.6; that both overlap in time is ours. */
#include "tests/bench.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* ---- what items did -------------------------------------------------------------------------- */

enum { ITEMS = 64 };

struct life {
    unsigned pipe, line;
    dv_time start, end, done;
};

struct log {
    const struct dv_obj *obj;
    struct life life[ITEMS];
    unsigned n;
};

static void on_retire(void *self, const struct dv_event *e)
{
    struct log *l = self;
    const struct dv_line *line = dv_obj_line(l->obj, e->pc);

    if ((e->pipe == DV_PIPE_M || e->pipe == DV_PIPE_FIX) && e->cost && l->n < ITEMS)
        l->life[l->n++] = (struct life){e->pipe, line ? line->line : 0, e->start, e->end, e->done};
}

/* The nth item of a pipe in order of dispatch. */
static const struct life *nth(const struct log *l, unsigned pipe, unsigned n)
{
    static const struct life none;

    for (unsigned i = 0; i < l->n; i++)
        if (l->life[i].pipe == pipe && !n--)
            return &l->life[i];
    cr_assert_fail("pipe %s has too few items", dv_pipe_names[pipe]);
    return &none;
}

/* ---- kernels --------------------------------------------------------------------------------- */

/* Tiles of 64 x 64: A is 64 x 16 of ones and twos by column, B is 16 x 64 of ones; both are loaded
 * once and stay. */
#define HEAD \
    ".kernel k, core=aic\n.param a, in, f16[1024]\n.param b, in, f16[1024]\n" \
    ".param c, out, f32[16384]\n" \
    ".buf LA, l1, f16[1024]\n.buf LB, l1, f16[1024]\n.buf ZA, l0a, f16[1024]\n" \
    ".buf ZB, l0b, f16[1024]\n.buf ACC, l0c, f32[4096], copies=2\n" \
    "k:\n.reg zero = 0, pa:gm, pb:gm, pc:gm, la:l1 = LA, lb:l1 = LB, za:l0a = ZA, zb:l0b = ZB\n" \
    ".reg acc[2]:l0c = ACC, in:burst = {len_burst=64}, cl:load2d = {repeat=4}, t\n" \
    ".reg mm:mmad = {m=64 k=16 n=64}, fx:fix = {n=64 m=64 dst_stride=64 src_stride=64 nz2nd=1}\n" \
    "ldparam pa, a\nldparam pb, b\nldparam pc, c\nmov t, 64*64*4\n" \
    "mov_out_to_l1 [la], [pa], in\nmov_out_to_l1 [lb], [pb], in\n" \
    "set_flag.mte2.mte1 #0\nwait_flag.mte2.mte1 #0\n" \
    "load_l1_to_l0a_2d [za], [la], cl\nload_l1_to_l0b_2d [zb], [lb], cl\n" \
    "set_flag.mte1.s #0\nwait_flag.mte1.s #0\n"
#define MMAD(p, unit, first) \
    "mov mm.unit_flag, " unit "\nmov mm.c_init, " first "\nmmad.f16f32 [acc[" p \
    "]], [za], [zb], mm\n"
#define FIX(p, unit) \
    "mov fx.unit_flag, " unit "\nfix_l0c_to_out.f32 [pc], [acc[" p "]], fx\n" \
    "add.s64 pc, pc, t\n"
#define TILE(p) MMAD(p, "2", "1") MMAD(p, "2", "0") MMAD(p, "2", "0") MMAD(p, "3", "0") FIX(p, "3")
#define END "end\n"

static float *unit_open(struct bench *b, struct log *l, const char *text)
{
    static const struct dv_machine_opts opts;

    bench_open(b, "910B1", &opts, text);
    uint16_t *a = bench_tensor(b, 2048), *bb = bench_tensor(b, 2048);
    for (unsigned i = 0; i < 1024; i++) {
        a[i] = 0x3c00;  /* 1 */
        bb[i] = 0x3800; /* 0.5 */
    }
    float *c = bench_tensor(b, 16384 * 4);
    *l = (struct log){.obj = b->obj};
    cr_assert(dv_machine_listen(b->m, &(struct dv_listener){l, on_retire, 1u << DV_EV_RETIRE}));
    return c;
}

static void holds(const float *c, unsigned n, float want)
{
    for (unsigned i = 0; i < n; i++)
        if (c[i] != want) {
            cr_expect_fail("element %u is %g, not %g", i, (double)c[i], (double)want);
            return;
        }
}

/* ---- one tile -------------------------------------------------------------------------------- */

/* n - 1 MMADs check, the last flips, the fixpipe flips back: it starts before the last MMAD ends
 * and ends after it. */
Test(unit_flag, overlap)
{
    struct bench b;
    struct log l;
    const float *c = unit_open(&b, &l, HEAD TILE("0") END);

    cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
    holds(c, 4096, 4 * 16 * 0.5f);
    const struct life *last = nth(&l, DV_PIPE_M, 3), *fix = nth(&l, DV_PIPE_FIX, 0);
    cr_expect(fix->start >= last->start, "%llu before the last MMAD at %llu",
              (unsigned long long)fix->start, (unsigned long long)last->start);
    cr_expect(fix->start < last->end, "%llu, not before its end at %llu",
              (unsigned long long)fix->start, (unsigned long long)last->end);
    cr_expect(fix->end > last->end);
    bench_close(&b);
}

/* Both ways through a tile of 4 x 4 fractals (isa.md 7.6): n first and stored as rows, m first and
 * stored in panels. The fixpipe starts before the last MMAD ends, and stores what is complete. */
#define BY_N "mov t, ctrl\nmov zero, 1\ninsert t, zero, #51, #1\nmov ctrl, t\nmov zero, 0\n"
#define PANELS "mov fx, {n=64 m=64 dst_stride=128 src_stride=64}\n"

Test(unit_flag, overlap_either_way)
{
    static const char *const ways[] = {HEAD BY_N TILE("0") END, HEAD PANELS TILE("0") END};

    for (unsigned i = 0; i < 2; i++) {
        struct bench b;
        struct log l;
        const float *c = unit_open(&b, &l, ways[i]);

        cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
        holds(c, 4096, 4 * 16 * 0.5f);
        const struct life *last = nth(&l, DV_PIPE_M, 3), *fix = nth(&l, DV_PIPE_FIX, 0);
        cr_expect(fix->start >= last->start && fix->start < last->end && fix->end > last->end,
                  "way %u: the last MMAD %llu .. %llu, the fixpipe %llu .. %llu", i,
                  (unsigned long long)last->start, (unsigned long long)last->end,
                  (unsigned long long)fix->start, (unsigned long long)fix->end);
        bench_close(&b);
    }
}

/* The whole of it takes less time than with a flag between M and FIX. */
Test(unit_flag, sooner_than_a_flag)
{
    struct bench unit, flag;
    struct log l;

    unit_open(&unit, &l, HEAD TILE("0") END);
    unit_open(&flag, &l,
              HEAD MMAD("0", "0", "1") MMAD("0", "0", "0") MMAD("0", "0", "0")
                  MMAD("0", "0", "0") "set_flag.m.fix #0\nwait_flag.m.fix #0\n" FIX("0", "0") END);
    cr_assert_eq(bench_run(&unit, 1), DV_OK, "%s", unit.d.text);
    cr_assert_eq(bench_run(&flag, 1), DV_OK, "%s", flag.d.text);
    cr_expect(dv_machine_cycles(unit.m) < dv_machine_cycles(flag.m), "%llu and %llu",
              (unsigned long long)dv_machine_cycles(unit.m),
              (unsigned long long)dv_machine_cycles(flag.m));
    bench_close(&unit);
    bench_close(&flag);
}

/* ---- two tiles ------------------------------------------------------------------------------- */

/* In one place: the MMADs of the next tile wait for the fixpipe, and do not end before it. */
Test(unit_flag, next_tile_waits)
{
    struct bench b;
    struct log l;
    const float *c = unit_open(&b, &l, HEAD TILE("0") TILE("0") END);

    cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
    holds(c, 8192, 4 * 16 * 0.5f);
    const struct life *fix = nth(&l, DV_PIPE_FIX, 0), *next = nth(&l, DV_PIPE_M, 4);
    cr_expect(next->start >= fix->start);
    cr_expect(next->end > fix->end, "ends at %llu, the fixpipe at %llu",
              (unsigned long long)next->end, (unsigned long long)fix->end);
    cr_expect(nth(&l, DV_PIPE_FIX, 1)->start >= nth(&l, DV_PIPE_M, 7)->start);
    bench_close(&b);
}

/* In two places: the MMADs of the next tile run while the fixpipe drains the one before. */
Test(unit_flag, ping_pong)
{
    struct bench b;
    struct log l;
    const float *c = unit_open(&b, &l, HEAD TILE("0") TILE("1") TILE("0") TILE("1") END);

    cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
    holds(c, 16384, 4 * 16 * 0.5f);
    for (unsigned tile = 1; tile < 4; tile++) {
        const struct life *first = nth(&l, DV_PIPE_M, 4 * tile);
        cr_expect(first->start < nth(&l, DV_PIPE_FIX, tile - 1)->end, "tile %u waits", tile);
        if (tile >= 2)
            cr_expect(first->start >= nth(&l, DV_PIPE_FIX, tile - 2)->start, "tile %u", tile);
    }
    cr_expect_eq(nth(&l, DV_PIPE_M, 4)->start, nth(&l, DV_PIPE_M, 3)->end,
                 "the cube stands still between the first two");
    bench_close(&b);
}

/* Mode 2 of the fixpipe leaves the tile full: it may be stored again. */
Test(unit_flag, stored_twice)
{
    struct bench b;
    struct log l;
    const float *c = unit_open(&b, &l, HEAD MMAD("0", "3", "1") FIX("0", "2") FIX("0", "3") END);

    cr_assert_eq(bench_run(&b, 1), DV_OK, "%s", b.d.text);
    holds(c, 8192, 16 * 0.5f);
    bench_close(&b);
}

/* ---- what never ends ------------------------------------------------------------------------- */

/* The instruction behind `here` waits for ever. */
#define HERE "here:\n"

static const struct {
    const char *name, *text, *pipe;
} stuck[] = {
    {"no MMAD flips",
     HEAD MMAD("0", "2", "1") MMAD("0", "2", "0") "mov fx.unit_flag, 3\n" HERE
                                                  "fix_l0c_to_out.f32 [pc], [acc[0]], fx\n" END,
     "fix"},
    {"the fixpipe flips twice", HEAD TILE("0") HERE "fix_l0c_to_out.f32 [pc], [acc[0]], fx\n" END,
     "fix"},
    {"the cube flips twice",
     HEAD MMAD("0", "3", "1") HERE "mmad.f16f32 [acc[0]], [za], [zb], mm\n" END, "m"},
    {"the other tile is stored",
     HEAD MMAD("0", "3", "1") "mov fx.unit_flag, 3\n" HERE
                              "fix_l0c_to_out.f32 [pc], [acc[1]], fx\n" END,
     "fix"},
};

static int line_of(const char *text, const char *label)
{
    const char *end = strstr(text, label);
    int line = 2;

    for (const char *p = text; p < end; p++)
        line += *p == '\n';
    return line;
}

Test(unit_flag, deadlock)
{
    for (unsigned i = 0; i < sizeof stuck / sizeof *stuck; i++) {
        char says[80];
        struct bench b;
        struct log l;
        int line = line_of(stuck[i].text, HERE);
        unit_open(&b, &l, stuck[i].text);
        cr_expect_eq(bench_run(&b, 1), DV_E_DEADLOCK, "%s: %s", stuck[i].name, b.d.text);
        snprintf(says, sizeof says, "%s waits for a unit flag at line %d", stuck[i].pipe, line);
        cr_expect(strstr(b.d.text, says), "%s: \"%s\", not \"%s\"", stuck[i].name, b.d.text, says);
        cr_expect_eq(b.d.at.line, line, "%s: line %d", stuck[i].name, b.d.at.line);
        cr_expect(b.d.fix[0], "%s: no remedy", stuck[i].name);
        cr_expect(!strstr(b.d.fix, "missing or misplaced set") || strstr(b.d.fix, "unit"),
                  "%s: the remedy \"%s\" speaks of flags of the queues", stuck[i].name, b.d.fix);
        bench_close(&b);
    }
}
