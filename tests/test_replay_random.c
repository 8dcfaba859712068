/* Random loops, replayed and not: the same counters and the same faults. A program is a function of
 * its number, which a failure prints with the text. */
#include "tests/twin.h"

enum { PROGRAMS = 240, TEXT = 1 << 15, PENDING = 6 };

struct flag {
    const char *src, *dst;
    unsigned id;
};

struct gen {
    char text[TEXT];
    size_t n;
    uint64_t seed;
    unsigned labels, pending;
    struct flag flag[PENDING];
    bool cube;
};

static uint64_t pick(struct gen *g, uint64_t n)
{
    uint64_t z = g->seed += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) % n;
}

static void say(struct gen *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void say(struct gen *g, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    g->n += (size_t)vsnprintf(g->text + g->n, sizeof g->text - g->n, fmt, ap);
    va_end(ap);
    cr_assert(g->n < sizeof g->text);
}

/* ---- pieces: none of these needs another ----------------------------------------------------- */

static const char vector_head[] =
    ".kernel k, core=aiv\n.param n, u32 = 300\n.param a, in, f16[1048576]\n"
    ".param b, out, f16[1048576]\n.buf A, ub, f16[8192]\n.buf B, ub, f16[8192]\n"
    ".buf C, ub, f16[8192]\n.buf D, ub, f16[8192]\n"
    "k:\n.reg zero = 0, pa:gm, pb:gm, n, t, u, e = 0, one = 1, odd = 3, step = 512, some = 96\n"
    ".reg ra:ub = A, rb:ub = B, rc:ub = C, rd:ub = D, mask = -1\n"
    ".reg v0:vec3 = {repeat=2}, v1:vec3 = {repeat=17}, v2:vec3 = {repeat=60}\n"
    ".reg m0:burst = {len_burst=16}, m1:burst = {len_burst=1}, m2:burst = {len_burst=200}\n"
    "ldparam pa, a\nldparam pb, b\nldparam n, n\n";

static const char cube_head[] =
    ".kernel k, core=aic\n.param n, u32 = 300\n.param a, in, f16[1048576]\n"
    ".param b, out, f32[524288]\n.buf LA, l1, f16[65536]\n.buf LB, l1, f16[65536]\n"
    ".buf ZA, l0a, f16[4096], copies=2\n.buf ZB, l0b, f16[4096], copies=2\n"
    ".buf ACC, l0c, f32[4096], copies=4\n"
    "k:\n.reg zero = 0, pa:gm, pb:gm, n, t, u, e = 0, one = 1, odd = 3, step = 4096, some = 96\n"
    ".reg la:l1 = LA, lb:l1 = LB, za[2]:l0a = ZA, zb:l0b = 8192, acc[4]:l0c = ACC\n"
    ".reg cl0:load2d = {repeat=16}, cl1:load2d = {repeat=1}, mm:mmad = {m=64 k=64 n=64}\n"
    ".reg m0:mmad = {m=16 k=16 n=32}, mu:mmad = {m=64 k=64 n=64}\n"
    ".reg fx:fix = {n=64 m=64 dst_stride=64 src_stride=64 nz2nd=1}\n"
    ".reg nd:nd2nz = {n_value=32 d_value=64 src_d_value=64 dst_c0_stride=32}\n"
    "ldparam pa, a\nldparam pb, b\nldparam n, n\n";

static void work_vector(struct gen *g)
{
    static const char *const op[] = {"vadd.f16", "vsub.f32", "vmul.f16", "vdiv.f32"};
    static const char *const dst[] = {"rc", "rb", "rc", "rc"};

    switch (pick(g, 5)) {
    case 0:
        say(g, "mov_out_to_ub [ra], [pa], m%u\n", (unsigned)pick(g, 3));
        say(g, "add.s64 pa, pa, %s\n", pick(g, 8) ? "step" : pick(g, 2) ? "some" : "zero");
        break;
    case 1:
        say(g, "mov_ub_to_out [pb], [rd], m%u\n", (unsigned)pick(g, 3));
        say(g, "add.s64 pb, pb, %s\n", pick(g, 8) ? "step" : pick(g, 2) ? "some" : "zero");
        break;
    default:
        say(g, "%s [%s], [rb], [%s], v%u\n", op[pick(g, 4)], dst[pick(g, 4)],
            pick(g, 40) ? "rc" : "ra", (unsigned)pick(g, 3));
    }
}

static void work_cube(struct gen *g)
{
    unsigned p = (unsigned)pick(g, 2);

    switch (pick(g, 8)) {
    case 0:
        say(g, "mov_out_to_l1_multi_nd2nz.b16 [%s], [pa], nd\n", pick(g, 30) ? "lb" : "la");
        say(g, "add.s64 pa, pa, %s\n", pick(g, 8) ? "step" : pick(g, 2) ? "some" : "zero");
        break;
    case 1:
    case 2:
        say(g, "load_l1_to_l0a_2d [za[1]], [la], cl%u\n", p);
        break;
    case 3:
        say(g, "load_l1_to_l0b_2d [zb], [la], cl%u\n", p);
        break;
    case 4:
        say(g, "fix_l0c_to_out.f32 [pb], [acc[3]], fx\nadd.s64 pb, pb, %s\n",
            pick(g, 4) ? "step" : "zero");
        break;
    case 5: /* a tile under unit flags */
        say(g, "mov mu.unit_flag, 2\n");
        for (uint64_t i = pick(g, 3); i--;)
            say(g, "mmad.f16f32 [acc[%u]], [za[0]], [zero], mu\n", p);
        say(g, "mov mu.unit_flag, 3\nmmad.f16f32 [acc[%u]], [za[0]], [zero], mu\n", p);
        say(g,
            "mov fx.unit_flag, 3\nfix_l0c_to_out.f32 [pb], [acc[%u]], fx\n"
            "mov fx.unit_flag, 0\nadd.s64 pb, pb, %s\n",
            p, pick(g, 4) ? "step" : "zero");
        break;
    default:
        say(g, "mmad.f16f32 [acc[2]], [za[0]], [zero], %s\n", pick(g, 3) ? "mm" : "m0");
    }
}

static const char *pipe_of(struct gen *g)
{
    static const char *const aiv[] = {"v", "mte2", "mte3", "s"};
    static const char *const aic[] = {"m", "mte1", "mte2", "fix", "s"};
    return g->cube ? aic[pick(g, 5)] : aiv[pick(g, 4)];
}

static void wait_time(struct gen *g)
{
    unsigned l = g->labels++;
    say(g, "mov t, %u\nw%u: sub.s64 t, t, 1\njumpcmp.gt.s64 t, zero, w%u\n",
        (unsigned)(1 + pick(g, pick(g, 3) ? 12 : 90)), l, l);
}

static void registers(struct gen *g)
{
    switch (pick(g, 4)) {
    case 0:
        say(g, "xor.b64 e, e, one\n");
        break;
    case 1:
        if (!g->cube)
            say(g, "shl.b64 mask, mask, 1\nor.b64 mask, mask, one\nmovemask mask, 0\n");
        break;
    case 2:
        say(g,
            g->cube ? "mov m0.k, 32\n" : "and.b64 t, n, odd\nadd.s64 t, t, 1\nmov v1.repeat, t\n");
        break;
    default:
        say(g, "mov t, ctrl\nxor.b64 t, t, zero\nmov ctrl, t\n");
    }
}

static void simple(struct gen *g)
{
    switch (pick(g, 10)) {
    case 0:
        say(g, ".rept %u\nnop\n.endr\n", (unsigned)(1 + pick(g, 9)));
        break;
    case 1:
        wait_time(g);
        break;
    case 2:
        say(g, "bar.%s\n", pipe_of(g));
        break;
    case 3:
        registers(g);
        break;
    default:
        (g->cube ? work_cube : work_vector)(g);
    }
}

/* ---- flags, branches, loops ------------------------------------------------------------------ */

static void take_flag(struct gen *g)
{
    if (!g->pending)
        return;
    unsigned i = (unsigned)pick(g, g->pending);
    struct flag f = g->flag[i];
    g->flag[i] = g->flag[--g->pending];
    say(g, "wait_flag.%s.%s #%u\n", f.src, f.dst, f.id);
}

static void give_flag(struct gen *g)
{
    struct flag f = {pipe_of(g), pipe_of(g), (unsigned)pick(g, 6)};

    for (unsigned i = 0; i < g->pending; i++)
        if (!strcmp(f.src, g->flag[i].src) && !strcmp(f.dst, g->flag[i].dst))
            return;
    if (!strcmp(f.src, f.dst) || g->pending == PENDING)
        return;
    say(g, "set_flag.%s.%s #%u\n", f.src, f.dst, f.id);
    g->flag[g->pending++] = f;
    if (pick(g, 2))
        take_flag(g);
}

static void register_flag(struct gen *g)
{
    const char *src = pipe_of(g), *dst = pipe_of(g);

    if (strcmp(src, dst))
        say(g, "xor.b64 e, e, one\nmov t, 6\nor.b64 t, t, e\nset_flag.%s.%s t\nwait_flag.%s.%s t\n",
            src, dst, src, dst);
}

static void branch(struct gen *g)
{
    unsigned l = g->labels++;

    if (pick(g, 3))
        say(g, "and.b64 t, n, %s\n", pick(g, 2) ? "one" : "odd");
    else
        say(g, "mov t, %u\nsub.s64 t, n, t\nmax.s64 t, t, zero\n", (unsigned)pick(g, 300));
    say(g, "jumpcmp.%s.s64 t, zero, b%u\n", pick(g, 2) ? "eq" : "ne", l);
    for (uint64_t i = 1 + pick(g, 2); i--;)
        simple(g);
    say(g, "b%u:\n", l);
}

static void inner(struct gen *g)
{
    unsigned l = g->labels++;

    say(g, "mov u, %u\ni%u:\n", (unsigned)(2 + pick(g, 12)), l);
    for (uint64_t i = 1 + pick(g, 3); i--;)
        simple(g);
    say(g, "sub.s64 u, u, 1\njumpcmp.gt.s64 u, zero, i%u\n", l);
}

static void piece(struct gen *g)
{
    switch (pick(g, 16)) {
    case 0:
    case 1:
    case 2:
        give_flag(g);
        break;
    case 3:
    case 4:
        take_flag(g);
        break;
    case 5:
        register_flag(g);
        break;
    case 6:
        branch(g);
        break;
    case 7:
        inner(g);
        break;
    case 8:
        if (!pick(g, 3))
            say(g, pick(g, 2) ? "bar.all\n" : "dsb.all\n");
        break;
    default:
        simple(g);
    }
}

static void program(struct gen *g, uint64_t number)
{
    *g = (struct gen){.seed = number, .cube = number & 1};
    say(g, "%s", g->cube ? cube_head : vector_head);
    for (uint64_t i = pick(g, 3); i--;)
        simple(g);
    say(g, "l:\n");
    for (uint64_t i = 1 + pick(g, 8); i--;)
        piece(g);
    while (g->pending)
        take_flag(g);
    say(g, "sub.s64 n, n, 1\njumpcmp.gt.s64 n, zero, l\n");
    for (uint64_t i = pick(g, 3); i--;)
        simple(g);
    say(g, "end\n");
}

/* ---- both ways ------------------------------------------------------------------------------- */

struct score {
    unsigned ends, replays, wrong;
    char brief[4000]; /* the first line of each difference */
    size_t n;
};

static void compare(uint64_t number, struct score *score)
{
    static struct gen g;
    static const char *const chip[] = {"910B1", "910B3", "910B4"};
    char args[32], name[32];
    uint64_t all, some;
    const struct twin_way ways[] = {{.step = 0},
                                    {.step = 301 + number % 5000},
                                    {.save_at = 5003},
                                    {.no_replay = true, .step = 389}};

    program(&g, number);
    snprintf(args, sizeof args, "n=%u", (unsigned)(150 + number * 37 % 300));
    snprintf(name, sizeof name, "program %u", (unsigned)number);
    struct twin t = {.name = name,
                     .source = g.text,
                     .args = args,
                     .chip = chip[number / 2 % 3],
                     .blocks = number % 7 == 0 ? 3 : 1,
                     .max_cycles = 400000};
    struct dv_obj *obj = launch_object(g.text);
    char *want = twin_run(&t, obj, &(struct twin_way){.no_replay = true}, &all);
    for (unsigned w = 0; w < (number % 4 ? 1 : 4); w++) {
        char *got = twin_run(&t, obj, &ways[w], &some);
        const char *diff = twin_diff(want, got);
        if (*diff && ++score->wrong && sizeof score->brief - score->n > 200)
            score->n += (size_t)snprintf(score->brief + score->n, 200, "\n%s way %u: %.*s", name, w,
                                         (int)(strcspn(diff + 1, "\n") % 150), diff + 1);
        cr_expect(!*diff || score->wrong > 3, "%s, %s, way %u:%s\n%s", name, args, w, diff,
                  strstr(g.text, "\nk:") + 1);
        score->replays += w == 0 && !strstr(want, "fault") && some < all;
        free(got);
    }
    score->ends += !strstr(want, "fault");
    free(want);
    dv_obj_free(obj);
}

Test(replay_random, programs)
{
    static struct score s;
    const char *first = getenv("TWIN_FIRST"), *count = getenv("TWIN_COUNT");
    uint64_t from = first ? strtoull(first, NULL, 0) : 1;
    uint64_t n = count ? strtoull(count, NULL, 0) : PROGRAMS;

    for (uint64_t i = from; i < from + n; i++)
        compare(i, &s);
    cr_expect_eq(s.wrong, 0, "%u comparisons differ:%s", s.wrong, s.brief);
    cr_expect(n < PROGRAMS || s.ends * 10 > n * 6, "only %u of %u end", s.ends, (unsigned)n);
    cr_expect(n < PROGRAMS || s.replays * 2 > s.ends, "only %u of %u replay", s.replays, s.ends);
}
