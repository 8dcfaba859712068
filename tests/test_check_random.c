/* Races and merging flags of random programs, against a model of its own (check_model.c): dv_check
 * must report a race where the graph leaves two accesses unordered, and only there. Programs
 * without one must leave the same bytes in every other legal schedule.
 *
 * A program is a function of its number, which a failure prints with the text. CHECK_FIRST and
 * CHECK_COUNT run others. */
#include "tests/check_model.h"
#include "emu/check/check.h"
#include "tests/bench.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { PROGRAMS = 150, SEEDS = 20, GM_BYTES = 32768, OUT_BYTES = 256, CHUNK = 64 };

static const char *const pipe_name[] = {"s", "v", "m", "mte1", "mte2", "mte3", "fix"};

static unsigned pick(struct prog *g, unsigned n)
{
    uint64_t z = g->seed += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (unsigned)((z ^ z >> 31) % n);
}

/* ---- works ----------------------------------------------------------------------------------- */

static struct item *add(struct prog *p, enum kind kind, enum pipe pipe)
{
    cr_assert(p->n < ITEMS);
    struct item *it = &p->item[p->n++];
    *it = (struct item){.kind = kind, .pipe = pipe};
    return it;
}

static void text(struct item *it, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void text(struct item *it, const char *fmt, ...)
{
    size_t n = strlen(it->text);
    va_list ap;

    va_start(ap, fmt);
    n += (size_t)vsnprintf(it->text + n, sizeof it->text - n, fmt, ap);
    va_end(ap);
    cr_assert(n < sizeof it->text);
}

static void touch(struct item *it, enum space space, bool write, unsigned base, unsigned rows,
                  unsigned bytes, unsigned pitch)
{
    cr_assert(it->parts < PARTS);
    it->part[it->parts++] = (struct part){space, write, base, rows, bytes, pitch};
    it->class |= space == GM ? CGM : space == UB ? CUB : CREST;
}

/* A place among a few, so that works meet. */
static unsigned place(struct prog *p, unsigned unit, unsigned n)
{
    return unit * pick(p, n);
}

static void work_move(struct prog *p, enum pipe pipe, enum space local, const char *op)
{
    struct item *it = add(p, WORK, pipe);
    unsigned rows = 1 + pick(p, 3), len = 1 + pick(p, 4), gap[2] = {pick(p, 2), pick(p, 2)};
    unsigned at[2] = {place(p, CHUNK, 16), place(p, CHUNK, 16)};

    touch(it, GM, pipe == MTE3, at[0], rows, len * 32, (len + gap[0]) * 32);
    touch(it, local, pipe == MTE2, at[1], rows, len * 32, (len + gap[1]) * 32);
    text(it,
         "mov mv.n_burst, %u\nmov mv.len_burst, %u\nmov mv.src_gap, %u\nmov mv.dst_gap, %u\n"
         "mov t, %u\nadd.s64 ga, pg, t\nmov la, %s+%u\n%s [%s], [%s], mv\n",
         rows, len, gap[pipe == MTE3], gap[pipe == MTE2], at[0], local == UB ? "U" : "L", at[1], op,
         pipe == MTE2 ? "la" : "ga", pipe == MTE2 ? "ga" : "la");
}

static void work_store_bytes(struct prog *p)
{
    struct item *it = add(p, WORK, MTE3);
    unsigned len = 4 + 4 * pick(p, 30), at[2] = {place(p, 4, 256), place(p, CHUNK, 16)};

    touch(it, GM, true, at[0], 1, len, 0);
    touch(it, UB, false, at[1], 1, len, 0);
    text(it,
         "mov al.len_burst, %u\nmov t, %u\nadd.s64 ga, pg, t\nmov la, U+%u\n"
         "mov_ub_to_out_align.b8 [ga], [la], al\n",
         len, at[0], at[1]);
}

/* Lanes of 32 bits from the first on; blocks of 8 lanes lie blk blocks apart. */
static void touch_lanes(struct item *it, bool write, unsigned base, unsigned lanes, unsigned blk)
{
    touch(it, UB, write, base, lanes / 8, 32, blk * 32);
    if (lanes % 8)
        touch(it, UB, write, base + lanes / 8 * blk * 32, 1, lanes % 8 * 4, 0);
}

static void work_vector(struct prog *p)
{
    static const unsigned many[] = {64, 32, 13, 5, 8};
    struct item *it = add(p, WORK, V);
    unsigned lanes = many[pick(p, 5)], blk = 1 + pick(p, 2), dst = place(p, CHUNK, 16);
    unsigned src = pick(p, 3) ? place(p, CHUNK, 16) : dst, low = lanes * 4 * blk + 32;

    if (src != dst && src < dst + low && dst < src + low)
        src = dst < 1024 ? dst + 1024 : dst - 1024; /* of one instruction: no overlap but equal */
    touch_lanes(it, true, dst, lanes, blk);
    touch_lanes(it, false, src, lanes, blk);
    text(it,
         "mov v.dst_blk, %u\nmov v.src0_blk, %u\nmov v.src1_blk, %u\nmov mk, 0x%llx\n"
         "movemask mk, 0\nmov la, U+%u\nmov lb, U+%u\nvadd.s32 [la], [lb], [lb], v\n",
         blk, blk, blk, ~0ull >> (64 - lanes), dst, src);
}

static void work_load2d(struct prog *p, enum space to)
{
    struct item *it = add(p, WORK, MTE1);
    unsigned rows = 1 + pick(p, 2), stride = 1 + pick(p, 2);
    unsigned at[2] = {place(p, CHUNK * 2, 8), place(p, 512, 3)};

    touch(it, L1, false, at[0], rows, 512, stride * 512);
    touch(it, to, true, at[1], 1, rows * 512, 0);
    text(it,
         "mov cl.repeat, %u\nmov cl.src_stride, %u\nmov la, L+%u\nmov z%c, %u\n"
         "load_l1_to_l0%c_2d [z%c], [la], cl\n",
         rows, stride, at[0], to == L0A ? 'a' : 'b', at[1], to == L0A ? 'a' : 'b',
         to == L0A ? 'a' : 'b');
}

/* Result of m x n fractals at c; one fractal deep. */
static struct item *mmad(struct prog *p, unsigned c, unsigned m, unsigned n, bool init,
                         unsigned unit)
{
    struct item *it = add(p, WORK, M);
    unsigned a = place(p, 512, 2), b = place(p, 512, 2);

    it->fractals = m * n;
    touch(it, L0A, false, a, 1, m * 512, 0);
    touch(it, L0B, false, b, 1, n * 512, 0);
    touch(it, L0C, true, c, 1, m * n * 1024, 0);
    text(it,
         "mov mm.m, %u\nmov mm.n, %u\nmov mm.c_init, %u\nmov mm.unit_flag, %u\nmov za, %u\n"
         "mov zb, %u\nmov zc, %u\nmmad.f16f32 [zc], [za], [zb], mm\n",
         m * 16, n * 16, init, unit, a, b, c);
    return it;
}

static struct item *fix(struct prog *p, unsigned c, unsigned m, unsigned n, unsigned unit)
{
    struct item *it = add(p, WORK, FIX);
    unsigned to = place(p, CHUNK, 16);

    touch(it, GM, true, to, m * 16, n * 64, n * 64 + 32);
    touch(it, L0C, false, c, 1, m * n * 1024, 0);
    text(it,
         "mov fx.m, %u\nmov fx.n, %u\nmov fx.src_stride, %u\nmov fx.dst_stride, %u\n"
         "mov fx.unit_flag, %u\nmov zc, %u\nmov t, %u\nadd.s64 ga, pg, t\n"
         "fix_l0c_to_out.f32 [ga], [zc], fx\n",
         m * 16, n * 16, m * 16, n * 16 + 8, unit, c, to);
    return it;
}

/* The fixpipe comes later, so that MMADs of the next round are far from those of this one. */
static void work_unit(struct prog *p)
{
    unsigned tile = pick(p, 2), m = tile ? 2 : 4, n = tile ? 1 : 4, c = tile ? 32768 : 0;
    struct item *it;

    if (p->turns[tile] & 1) {
        it = fix(p, c, m, n, 3);
    } else {
        bool more = pick(p, 3) == 0;
        it = mmad(p, c, m, n, !pick(p, 3), more ? 2 : 3);
        if (more) {
            it->tile = tile + 1, it->turn = p->turns[tile];
            return;
        }
    }
    it->tile = tile + 1, it->turn = p->turns[tile]++;
}

static void work_scalar(struct prog *p)
{
    struct item *it = add(p, WORK, S);
    bool ub = !p->cube && pick(p, 2), store = pick(p, 2);
    unsigned at = place(p, 4, 256), r = pick(p, 4);

    touch(it, ub ? UB : GM, store, at, 1, 4, 0);
    it->names = 1u << r;
    it->loads = store ? 0 : r + 1;
    text(it, "mov t, %u\nadd.s64 ga, %s, t\n%s.b32 r%u, [ga, 0]\n", at, ub ? "win" : "pg",
         store ? "st" : "ld", r);
}

static void use(struct prog *p, unsigned r)
{
    struct item *it = add(p, USE, S);

    it->names = 1u << r;
    text(it, "add.s64 sum, sum, r%u\n", r);
}

static void work(struct prog *p)
{
    if (!pick(p, 6)) {
        work_scalar(p);
        return;
    }
    if (!p->cube) {
        switch (pick(p, 5)) {
        case 0:
            work_move(p, MTE2, UB, "mov_out_to_ub");
            break;
        case 1:
            pick(p, 2) ? work_move(p, MTE3, UB, "mov_ub_to_out") : work_store_bytes(p);
            break;
        default:
            work_vector(p);
        }
        return;
    }
    switch (pick(p, 7)) {
    case 0:
        work_move(p, MTE2, L1, "mov_out_to_l1");
        break;
    case 1:
    case 2:
        work_load2d(p, pick(p, 2) ? L0A : L0B);
        break;
    case 3:
        mmad(p, 16384 + place(p, 1024, 4), 1 + pick(p, 4), 1 + pick(p, 4), pick(p, 2), 0);
        break;
    case 4:
        fix(p, 16384 + place(p, 1024, 4), 1 + pick(p, 3), 1 + pick(p, 2), 0);
        break;
    default:
        work_unit(p);
    }
}

/* ---- order ----------------------------------------------------------------------------------- */

static void half_flag(struct prog *p, enum kind kind, enum pipe src, enum pipe dst, unsigned id)
{
    struct item *it = add(p, kind, kind == SET ? src : dst);

    it->src = src, it->dst = dst, it->id = id;
    text(it, "%s_flag.%s.%s #%u\n", kind == SET ? "set" : "wait", pipe_name[src], pipe_name[dst],
         id);
}

static void bar(struct prog *p, enum pipe pipe)
{
    text(add(p, BAR, pipe), "bar.%s\n", pipe_name[pipe]);
}

static void bar_all(struct prog *p)
{
    text(add(p, BAR_ALL, S), "bar.all\n");
}

static void dsb(struct prog *p)
{
    static const char *const name[] = {"ddr", "ub", "all"};
    struct item *it = add(p, DSB, S);

    it->class = 1 + pick(p, 3);
    text(it, "dsb.%s\n", name[it->class - 1]);
}

static struct graph graph;

/* A flag from one pipe to another, mostly with an id that cannot merge. */
static void flag(struct prog *p, enum pipe src, enum pipe dst)
{
    if (src == dst && src == S)
        return;
    for (unsigned tries = 0; tries < 5; tries++) {
        half_flag(p, SET, src, dst, pick(p, p->ids));
        half_flag(p, WAIT, src, dst, p->item[p->n - 1].id);
        if (p->heedless || pick(p, 100) >= p->care)
            return;
        if (model_make(&graph, p->item, p->n) && !model_merges(&graph, p->item, p->n))
            return;
        p->n -= 2;
    }
    bar_all(p);
}

static enum pipe some_pipe(struct prog *p)
{
    static const enum pipe aiv[] = {S, V, MTE2, MTE3}, aic[] = {S, M, MTE1, MTE2, FIX};
    return p->cube ? aic[pick(p, 5)] : aiv[pick(p, 4)];
}

/* Something that may put a work of pipe `next` behind an item. */
static void order(struct prog *p, const struct item *first, enum pipe next)
{
    enum pipe through = pick(p, 2) ? S : some_pipe(p);

    switch (pick(p, 16)) {
    case 0:
        bar_all(p);
        break;
    case 1:
        dsb(p);
        break;
    case 2:
    case 3:
        flag(p, first->pipe, through);
        if (through != S)
            flag(p, through, next);
        break;
    default:
        if (first->loads && pick(p, 2))
            use(p, first->loads - 1);
        else if (first->pipe == next && next != S)
            bar(p, next);
        else
            flag(p, first->pipe, next);
    }
}

/* The first item that races with the last one, n when none does. */
static unsigned racing(struct prog *p)
{
    unsigned i = 0, last = p->n - 1;

    if (!model_make(&graph, p->item, p->n))
        return p->n;
    while (i < last && !model_race(&graph, p->item, i, last))
        i++;
    return i < last ? i : p->n;
}

/* One more work, and before it what keeps it from racing, if the writer takes care. */
static void careful_work(struct prog *p)
{
    struct item it;

    work(p);
    for (unsigned tries = 0; tries < 8 && pick(p, 100) < p->care && p->n < ITEMS - 24; tries++) {
        unsigned i = racing(p);
        if (i == p->n)
            return;
        it = p->item[--p->n];
        if (tries < 6)
            order(p, &p->item[i], it.pipe);
        else
            bar_all(p);
        p->item[p->n++] = it;
    }
}

static void take(struct prog *p, unsigned least)
{
    unsigned open[ITEMS], n = 0;

    for (unsigned i = 0; i < p->n; i++)
        if (p->item[i].kind == SET && model_partner(p->item, p->n, i) == p->n)
            open[n++] = i;
    if (n > least) {
        struct item f = p->item[open[pick(p, n)]];
        half_flag(p, WAIT, f.src, f.dst, f.id);
    }
}

/* A flag that was set before, set and taken once more. */
static void again(struct prog *p)
{
    unsigned i = p->n ? pick(p, p->n) : 0;

    while (i < p->n && p->item[i].kind != SET)
        i++;
    if (i == p->n)
        return;
    struct item f = p->item[i];
    half_flag(p, SET, f.src, f.dst, f.id);
    half_flag(p, WAIT, f.src, f.dst, f.id);
}

static void loose(struct prog *p)
{
    enum pipe a = some_pipe(p), b = some_pipe(p);

    switch (pick(p, 11)) {
    case 8:
    case 9:
    case 10:
        again(p);
        break;
    case 0:
    case 1:
    case 2:
        if (a != S || b != S)
            half_flag(p, SET, a, b, pick(p, p->ids));
        break;
    case 3:
    case 4:
        take(p, 0);
        break;
    case 5:
        if (a != S)
            bar(p, a);
        break;
    case 6:
        dsb(p);
        break;
    default:
        use(p, pick(p, 4));
    }
}

static bool is_sync(const struct item *it)
{
    return it->kind != WORK && it->kind != USE;
}

static void drop(struct prog *p, unsigned i)
{
    memmove(&p->item[i], &p->item[i + 1], (p->n - i - 1) * sizeof *p->item);
    p->n--;
}

/* A slip: one piece of order is gone, or stands on the wrong side of its neighbour. */
static void slip(struct prog *p)
{
    unsigned i = pick(p, p->n - 1), two = model_partner(p->item, p->n, i);
    struct item it = p->item[i];

    if (!is_sync(&it) && !is_sync(&p->item[i + 1]))
        return;
    if (pick(p, 2)) {
        p->item[i] = p->item[i + 1];
        p->item[i + 1] = it;
    } else if (it.kind == SET && two > i && two < p->n) {
        drop(p, two);
        drop(p, i);
    } else if (it.kind == BAR || it.kind == BAR_ALL || it.kind == DSB) {
        drop(p, i);
    }
}

/* ---- programs -------------------------------------------------------------------------------- */

static const char head_aiv[] =
    ".kernel k, core=aiv\n.buf U, ub, b8[8192]\nk:\n"
    ".reg para, pg:gm, po:gm, ga:gm, la:ub, lb:ub, mv:burst, al:align, v:vec3 = {repeat=1}\n"
    ".reg mk, t, r0 = 1, r1 = 2, r2 = 3, r3 = 4, sum = 0, win\n"
    "mov win, sys_va_base\nmov t, 0x80000\nadd.s64 win, win, t\nmov mv.sid, 0\nmov al.n_burst, 1\n"
    "mov la, U\nmov mk, la\nmov lb, mk\n";
static const char head_aic[] =
    ".kernel k, core=aic\n.buf L, l1, b8[16384]\nk:\n"
    ".reg para, pg:gm, po:gm, ga:gm, la:l1, za:l0a, zb:l0b, zc:l0c, mv:burst, cl:load2d\n"
    ".reg mm:mmad = {m=16 k=16 n=16}, fx:fix = {n=16 m=16 dst_stride=16 src_stride=16 nz2nd=1}\n"
    ".reg t, r0 = 1, r1 = 2, r2 = 3, r3 = 4, sum = 0\n"
    "mov la, L\nmov za, 0\nmov zb, 0\nmov zc, 0\nmov mv.sid, 0\nmov cl.sid, 0\n";
static const char tail[] = ".irp r, r0, r1, r2, r3\nadd.s64 sum, sum, \\r\n.endr\n"
                           "st.b64 sum, [po, 0]\nend\n";

static void render(struct prog *p)
{
    static const char *const shift[] = {"", "shl.b64 t, t, 6\nadd.s64 pg, pg, t\n",
                                        "shl.b64 t, t, 15\nadd.s64 pg, pg, t\n"};
    unsigned line = 1;
    char *to = p->text;

    to += sprintf(to,
                  "%smov para, para_base\nld.b64 pg, [para, 0]\nld.b64 po, [para, 8]\n"
                  "mov t, blockid\n%smov t, blockid\nshl.b64 t, t, 6\nadd.s64 po, po, t\n",
                  p->cube ? head_aic : head_aiv,
                  shift[!p->shift        ? 0
                        : p->shift == 64 ? 1
                                         : 2]);
    for (unsigned i = 0; i < p->n; i++)
        to += sprintf(to, "%s", p->item[i].text);
    strcpy(to, tail);
    to = p->text;
    for (unsigned i = 0; i < p->n; i++) {
        char *at = strstr(to, p->item[i].text);
        for (at += strlen(p->item[i].text) - 1; to < at; to++)
            line += *to == '\n';
        p->item[i].line = line;
    }
}

static void program(struct prog *p, uint64_t number)
{
    static const unsigned care[] = {100, 100, 97, 85, 50, 0}, shift[] = {0, 64, 32768};

    memset(p, 0, offsetof(struct prog, text));
    p->seed = number;
    p->cube = number & 1;
    p->care = care[pick(p, 6)];
    p->heedless = !pick(p, 4);
    p->ids = pick(p, 2) ? 8 : 1 + pick(p, 3);
    p->blocks = pick(p, 6) ? 1 : 2 + pick(p, 2);
    p->shift = shift[pick(p, 3)];
    for (unsigned n = 3 + pick(p, 12); n-- && p->n < ITEMS - 30;)
        pick(p, 5) ? careful_work(p) : loose(p);
    while (p->turns[0] & 1 || p->turns[1] & 1)
        work_unit(p);
    for (unsigned n = 0; n != p->n && p->n < ITEMS - 1;)
        n = p->n, take(p, 0);
    for (unsigned n = pick(p, 3) ? 0 : 1 + pick(p, 4); n-- && p->n > 1;)
        slip(p);
    render(p);
}

/* ---- both ways ------------------------------------------------------------------------------- */

struct score {
    unsigned deadlocks, races, merges, clean, wrong;
};

static bool pair_races(const struct prog *p, unsigned a, unsigned b)
{
    bool in = a < b && model_race(&graph, p->item, a, b);
    return in || (p->blocks > 1 && model_race_blocks(p, a, b));
}

static bool line_races(const struct prog *p, unsigned a, unsigned b)
{
    for (unsigned i = 0; i < p->n; i++)
        for (unsigned j = 0; j < p->n; j++)
            if (p->item[i].line == a && p->item[j].line == b &&
                (pair_races(p, i, j) || pair_races(p, j, i)))
                return true;
    return false;
}

static unsigned any_race(const struct prog *p, unsigned *other)
{
    for (unsigned i = 0; i < p->n; i++)
        for (unsigned j = i; j < p->n; j++)
            if (pair_races(p, i, j)) {
                *other = p->item[j].line;
                return p->item[i].line;
            }
    return 0;
}

static void blame(struct score *s, const struct prog *p, uint64_t number, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static void blame(struct score *s, const struct prog *p, uint64_t number, const char *fmt, ...)
{
    char what[1400];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    if (++s->wrong <= 3)
        cr_expect_fail("program %lu, %u blocks: %s\n%s", (unsigned long)number, p->blocks, what,
                       p->text);
    else
        cr_expect_fail("program %lu: %s", (unsigned long)number, what);
}

static uint8_t *open_program(struct bench *b, const struct prog *p,
                             const struct dv_machine_opts *opts)
{
    bench_open(b, "910B1", opts, p->text);
    uint8_t *gm = bench_tensor(b, 4 * GM_BYTES);
    bench_tensor(b, OUT_BYTES);
    return gm;
}

static uint64_t hash(uint64_t h, const void *from, size_t bytes)
{
    uint64_t word;

    for (size_t i = 0; i + 8 <= bytes; i += 8) {
        memcpy(&word, (const uint8_t *)from + i, 8);
        h = (h ^ word) * 1099511628211u;
        h ^= h >> 29;
    }
    return h;
}

/* What the run left, hashed: GM and, of one block, what programs use of local memories. */
static uint64_t left(struct bench *b, const struct prog *p, const uint8_t *gm)
{
    static const unsigned local[] = {DV_SPACE_UB, DV_SPACE_L1, DV_SPACE_L0A, DV_SPACE_L0B,
                                     DV_SPACE_L0C};
    uint64_t h = hash(1, gm, 4 * GM_BYTES);
    unsigned core = 0;

    h = hash(h, dv_machine_gm(b->m, b->slot[1], OUT_BYTES), OUT_BYTES);
    while (core < dv_machine_cores(b->m) && !dv_machine_core(b->m, core)->blocks)
        core++;
    for (unsigned s = 0; p->blocks == 1 && s < 5; s++) {
        uint32_t size = dv_machine_local_size(b->m, core, local[s]);
        size = size < 65536 ? size : 65536;
        if (size)
            h = hash(h, dv_machine_local(b->m, core, local[s], 0, size), size);
    }
    return h;
}

static void fill(struct bench *b, uint8_t *gm)
{
    for (unsigned i = 0; i < 4 * GM_BYTES; i += 2) {
        gm[i] = (uint8_t)(i * 37 >> 3);
        gm[i + 1] = 0x3c;
    }
    memset(dv_machine_gm(b->m, b->slot[1], OUT_BYTES), 0, OUT_BYTES);
}

/* Without race or merging flag every legal schedule gives the same. */
static void explore(struct score *s, const struct prog *p, uint64_t number)
{
    static const struct dv_machine_opts opts;
    uint64_t want = 0;
    struct bench b;
    uint8_t *gm = open_program(&b, p, &opts);

    for (uint64_t seed = 0; seed <= SEEDS; seed++) {
        if (seed)
            dv_machine_reset(b.m, seed, 0);
        fill(&b, gm);
        dv_diag_init(&b.d);
        enum dv_err e = bench_run(&b, p->blocks);
        uint64_t got = left(&b, p, gm);
        if (e)
            blame(s, p, number, "seed %lu: %s: %s line %d", (unsigned long)seed, dv_err_name(e),
                  b.d.text, b.d.at.line);
        else if (seed && got != want)
            blame(s, p, number, "seed %lu leaves other bytes", (unsigned long)seed);
        if (e || (seed && got != want))
            break;
        want = got;
    }
    bench_close(&b);
}

static void findings(struct score *s, const struct prog *p, uint64_t number, struct dv_check *k,
                     bool merging)
{
    unsigned races = 0, merge = 0, line, other = 0;

    for (unsigned i = 0; i < dv_check_findings(k); i++) {
        const struct dv_check_finding *f = dv_check_finding(k, i);
        merge += !strcmp(f->code, "FLAG") && strstr(f->d.text, "may be set again");
        if (strcmp(f->code, "RACE"))
            continue;
        races++;
        if (!line_races(p, (unsigned)f->d.at.line, (unsigned)f->d.other.line))
            blame(s, p, number, "found a race of line %d against %d, the model has none: %s",
                  f->d.at.line, f->d.other.line, f->d.text);
    }
    line = any_race(p, &other);
    if (line && !races)
        blame(s, p, number, "lines %u and %u race, nothing found", line, other);
    if (merging != (merge > 0))
        blame(s, p, number, merging ? "a flag may merge, not found" : "no flag may merge, found");
    s->races += line != 0;
    s->merges += merging;
    if (!line && !merging) {
        s->clean++;
        explore(s, p, number);
    }
}

static void compare(struct score *s, uint64_t number)
{
    static const struct dv_machine_opts opts = {.time_off = true};
    static struct prog p;
    struct bench b;

    program(&p, number);
    bool ends = model_make(&graph, p.item, p.n), merging = model_merges(&graph, p.item, p.n);
    open_program(&b, &p, &opts);
    struct dv_check_tensor t[] = {{b.slot[0], 4 * GM_BYTES, DV_PARAM_INOUT, "g"},
                                  {b.slot[1], OUT_BYTES, DV_PARAM_INOUT, "o"}};
    struct dv_check *k = dv_check_new(b.m, b.obj, t, 2, &b.d);
    enum dv_err e = bench_run(&b, p.blocks);
    if (e && !(e == DV_E_DEADLOCK && !ends) && !(e == DV_E_FLAG && (merging || !ends)))
        blame(s, &p, number, "%s, the model %s: %s line %d", dv_err_name(e),
              ends ? "ends" : "does not end", b.d.text, b.d.at.line);
    else if (!e && !ends)
        blame(s, &p, number, "ends, the model does not");
    s->deadlocks += !ends;
    dv_diag_init(&b.d);
    cr_assert_eq(dv_check_finish(k, &b.d), DV_OK);
    if (!e)
        findings(s, &p, number, k, merging);
    dv_check_free(k);
    bench_close(&b);
}

Test(check_random, programs)
{
    static struct score s;
    const char *first = getenv("CHECK_FIRST"), *count = getenv("CHECK_COUNT");
    uint64_t from = first ? strtoull(first, NULL, 0) : 1;
    uint64_t n = count ? strtoull(count, NULL, 0) : PROGRAMS;

    for (uint64_t i = from; i < from + n; i++)
        compare(&s, i);
    cr_log_info("%u deadlocks, %u with a race, %u with a merging flag, %u clean, %u wrong\n",
                s.deadlocks, s.races, s.merges, s.clean, s.wrong);
    cr_expect(n < PROGRAMS || (s.races * 5 > n && s.clean * 5 > n && s.merges * 50 > n),
              "lopsided: %u races, %u merging, %u clean", s.races, s.merges, s.clean);
}
