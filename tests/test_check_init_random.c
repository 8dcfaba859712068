/* Bytes never written (emu/check/init.c, spread.c) against contents. A random kernel runs several
 * times with different values where nothing was written. What differs in the output depends on
 * such bytes; element by element that must be what the checker says. All operations are one to
 * one in every source, so a difference cannot vanish but by chance, and not in all runs. */
#include "tests/launch.h"

#include "emu/core/machine.h"

#define POINTERS \
    ".reg px:gm, py:gm, pz:gm, pt:gm, s, n\n" \
    "ldparam px, x\nldparam py, y\nldparam pz, z\nldparam pt, t\n"
#define CUBE \
    ".kernel k, core=aic\n.param x, in, f16[1024]\n.param y, out, f16[1024]\n" \
    ".param z, inout, f16[1024]\n.param t, scratch, f16[1024]\n" \
    ".buf A, l1, f16[1024]\n.buf B, l1, f16[1024]\nk:\n" POINTERS \
    ".reg a:l1 = A, b:l1 = B, za:l0a = 0, zb:l0b = 0, zc:l0c = 0, nz:nd2nz, ld:load2d\n" \
    ".reg mm:mmad, fx:fix, im:load3d\n"

enum { RUNS = 4, TEXT = 16384, BYTES = 4096 };

struct text {
    char at[TEXT];
    size_t n, bytes; /* bytes of y and t */
    uint64_t seed;
    bool sound_only; /* zeroes may hide what they are multiplied with */
};

static unsigned pick(struct text *t, unsigned n)
{
    t->seed = t->seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(t->seed >> 33) % n;
}

static void say(struct text *t, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    t->n += (size_t)vsnprintf(t->at + t->n, TEXT - t->n, fmt, ap);
    va_end(ap);
    cr_assert_lt(t->n, TEXT);
}

/* A place of 32 bytes in the 4 KiB that are stored at the end. */
static unsigned spot(struct text *t)
{
    return 32 * pick(t, 96);
}

/* Drawn one by one: in which order arguments are evaluated is the compiler's. */
static void draw(struct text *t, unsigned r[8])
{
    for (unsigned i = 0; i < 8; i++)
        r[i] = pick(t, 1u << 20);
}

static void random_masks(struct text *t)
{
    for (unsigned i = 0; i < 2; i++) {
        unsigned r[8];

        draw(t, r);
        say(t, "mov s, 0x%04x\nmovk s, 0x%04x, 3\nmovemask s, %u\n",
            r[0] % 3 ? 0xffff : r[1] & 0xffff, r[2] & 0xffff, i);
    }
}

/* Nothing is subtracted, so that nothing cancels. */
static void random_vector(struct text *t)
{
    static const char *const insn[] = {
        "vadds.s16 [a], [b], n, vec1",
        "vcopy.b16 [a], [b], vec1",
        "mov vec3, {repeat=1}\nvadd.s16 [a], [b], [c], vec3",
    };
    unsigned r[8], to = spot(t), from = spot(t), other = spot(t);

    random_masks(t);
    draw(t, r);
    say(t, "mov vec1, {repeat=%u dst_rep=%u src_rep=%u src_blk=%u}\n", 1 + r[0] % 2, 8 + r[1] % 2,
        4 + r[2] % 5, 1 + r[3] % 2);
    say(t, "mov a, %u\nmov b, %u\nmov c, %u\nmov n, 5\n%s\n", 4096 + to, from, other,
        insn[r[4] % 3]);
    /* back, so that the next ones read it */
    say(t,
        "bar.all\nmov s, 0\nnot.b64 s, s\nmovemask s, 0\nmovemask s, 1\n"
        "mov vec1, {repeat=2}\nmov b, %u\nvadds.s16 [b], [a], n, vec1\n",
        to);
}

static void random_step(struct text *t)
{
    unsigned r[8], at = spot(t);

    draw(t, r);
    switch (r[7] % 6) {
    case 0:
        say(t,
            "mov burst, {len_burst=%u n_burst=%u src_gap=%u dst_gap=%u}\nmov a, %u\n"
            "mov_out_to_ub [a], [px], burst\n",
            1 + r[0] % 3, 1 + r[1] % 4, r[2] % 3, r[3] % 3, at);
        break;
    case 1:
        say(t,
            "mov align, {len_burst=%u n_burst=%u src_gap=%u dst_gap=%u left_pad=%u}\n"
            "mov a, %u\nmov_out_to_ub_align.b16 [a], [%s], align\n",
            2 + 2 * (r[0] % 60), 1 + r[1] % 3, 2 * (r[2] % 5), r[3] % 3, r[4] % 3, at,
            r[5] % 2 ? "pt" : "px");
        break;
    case 2:
        say(t,
            "mov align, {len_burst=%u n_burst=%u src_gap=%u dst_gap=%u}\n"
            "mov a, %u\nmov_ub_to_out_align.b16 [pt], [a], align\n",
            2 + 2 * (r[0] % 60), 1 + r[1] % 3, r[2] % 3, 2 * (r[3] % 5), at);
        break;
    case 3:
        say(t, "st.b16 n, [win, %u]\n", 2 * (r[0] % 1000));
        break;
    default:
        random_vector(t);
    }
    say(t, "bar.all\n");
}

static void random_vector_kernel(struct text *t)
{
    t->bytes = BYTES;
    say(t, "%s",
        ".kernel k, core=aiv\n.param x, in, f16[2048]\n.param y, out, f16[2048]\n"
        ".param z, inout, f16[1024]\n.param t, scratch, f16[2048]\nk:\n" POINTERS
        ".reg a:ub, b:ub, c:ub, win\n.reg burst:burst, align:align, vec1:vec1, vec3:vec3\n"
        "mov win, sys_va_base\nmov s, 0x80000\nadd.s64 win, win, s\nmov n, 3\nmov a, 0\n");
    say(t, "mov burst, {len_burst=%u}\nmov_out_to_ub [a], [px], burst\nbar.all\n", pick(t, 128));
    for (unsigned i = 0; i < 12; i++)
        random_step(t);
    say(t, "mov burst, {len_burst=128}\nmov a, 0\nmov_ub_to_out [py], [a], burst\nbar.all\nend\n");
}

/* A again, as a line of 32 points x 32 channels under a filter of one or two taps; what lies left
 * of it is 1. */
static void random_image(struct text *t)
{
    unsigned taps = 1 + pick(t, 2), start = pick(t, taps * 2 - 1);

    say(t,
        "bar.all\nmov s, 0x3c00\nmov padding, s\nmov s, %u\nshl.b64 s, s, 32\nmov n, 1 << 16 | 32\n"
        "or.b64 s, s, n\nmov fmatrix, s\nmov im, {channel_size=32 m_extension=32 k_extension=32 "
        "filter_w=%u k_start=%u}\nload_l1_to_l0a_3dv2.b16 [za], [a], im\n",
        taps - 1, taps, start * 16);
}

/* Rows of A and B that were never loaded, tails of k, a second product on top of the first. */
static void random_cube_kernel(struct text *t)
{
    static const char *const turn[] = {"", ".transpose"};
    unsigned r[8], m = 1 + pick(t, 32), n = 1 + pick(t, 32), k = 1 + pick(t, 32), wide;

    draw(t, r);
    wide = r[0] % 2 ? 16 + 16 * (r[1] % 2) : 1 + r[1] % 32;
    t->bytes = BYTES / 2;
    t->sound_only = wide % 16;
    say(t, "%smov nz, {n_value=%u d_value=%u src_d_value=32 dst_c0_stride=32}\n", CUBE,
        1 + r[2] % 32, wide);
    say(t, "mov_out_to_l1_multi_nd2nz.b16 [a], [px], nz\n");
    say(t, "mov nz.n_value, %u\nmov_out_to_l1_multi_nd2nz.b16 [b], [px], nz\nbar.all\n",
        1 + r[3] % 32);
    say(t, "mov ld, {repeat=2 src_stride=2}\n");
    for (unsigned i = 0; i < 2; i++)
        say(t,
            "mov ld.start, %u\nload_l1_to_l0a_2d%s [za], [a], ld\nload_l1_to_l0b_2d%s [zb], [b], "
            "ld\nadd.s64 za, za, 1024\nadd.s64 zb, zb, 1024\n",
            i, turn[r[4] % 2], turn[r[5 + i] % 2]);
    say(t, "mov za, 0\nmov zb, 0\n");
    if (pick(t, 2))
        random_image(t);
    say(t, "bar.all\nmov mm, {m=%u n=%u k=%u c_init=1}\n", m, n, k);
    say(t, "mmad.f16f32 [zc], [za], [zb], mm\nbar.all\n");
    say(t, "mov mm, {m=%u n=%u k=%u}\nmmad.f16f32 [zc], [za], [zb], mm\nbar.all\n", m, n,
        1 + r[7] % k);
    say(t, "mov fx, {n=%u m=%u dst_stride=32 src_stride=%u nz2nd=1}\n", n,
        1 + pick(t, m > 15 ? 16 : m), (m + 15) / 16 * 16);
    say(t, "fix_l0c_to_out.f32 [py], [zc], fx\nbar.all\nend\n");
}

/* Small numbers, so that no sum swallows one: as f16 between 1 and 2, as f32 likewise. */
static void garbage(uint8_t *p, size_t n, uint64_t seed)
{
    for (size_t i = 0; i + 4 <= n; i += 4) {
        uint64_t z = (seed << 32) + i;
        uint32_t w;

        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u; /* as splitmix64 ends */
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        w = 0x3c003c00u | ((uint32_t)(z ^ (z >> 31)) & 0x03ff03ffu);
        memcpy(p + i, &w, 4);
    }
}

static void fill_locals(struct dv_machine *m, uint64_t seed)
{
    static const uint32_t size[DV_SPACE_COUNT] = {
        [DV_SPACE_UB] = 16384,  [DV_SPACE_L1] = 16384,  [DV_SPACE_L0A] = 16384,
        [DV_SPACE_L0B] = 16384, [DV_SPACE_L0C] = 16384,
    };

    for (unsigned c = 0; c < dv_machine_cores(m); c++)
        for (unsigned s = 0; s < DV_SPACE_COUNT; s++) {
            const void *p = size[s] ? dv_machine_local(m, c, s, 0, size[s]) : NULL;
            if (p)
                garbage((uint8_t *)(uintptr_t)p, size[s], seed + s);
        }
}

/* One run; the output, and what the checker says of the last instruction. */
static void run_once(const char *text, uint64_t seed, uint8_t *y, size_t bytes,
                     unsigned long long said[2])
{
    struct dv_run_opts o = {.check = true, .time_off = true};
    struct dv_obj *obj = launch_object(text);
    struct dv_run run;
    struct dv_diag d;

    dv_diag_init(&d);
    cr_assert_eq(dv_run_prepare(&run, &o, obj, 0, &d), DV_OK, "%s\n%s", d.text, text);
    fill_locals(run.machine, seed);
    garbage(dv_machine_gm(run.machine, run.args.arg[3].address, bytes), bytes, seed + 99);
    cr_assert_eq(dv_run_go(&run, &d), DV_OK, "%s\n%s", d.text, text);
    memcpy(y, dv_machine_gm(run.machine, run.args.arg[1].address, bytes), bytes);
    said[0] = said[1] = 0;
    for (unsigned i = 0; i < run.result.findings; i++) {
        const char *at = strstr(run.result.finding[i].d.text, "uninitialised: ");
        if (at)
            sscanf(at, "uninitialised: %llu bytes never written reach output y from byte %llu",
                   &said[0], &said[1]);
    }
    dv_run_free(&run);
    dv_obj_free(obj);
}

struct counted {
    unsigned long long bytes, first;
};

/* Elements that are not the same in all runs. */
static struct counted compare(uint8_t y[RUNS][BYTES], size_t bytes, size_t size)
{
    struct counted c = {0, 0};

    for (size_t i = 0; i < bytes; i += size) {
        bool same = true;
        for (unsigned r = 1; r < RUNS; r++)
            same = same && !memcmp(y[0] + i, y[r] + i, size);
        if (!same && !c.bytes)
            c.first = i;
        c.bytes += same ? 0 : size;
    }
    return c;
}

static void try_random(void (*make)(struct text *t), unsigned kernels, size_t size)
{
    static uint8_t y[RUNS][BYTES];
    static struct text t;
    unsigned dirty = 0;

    for (unsigned i = 0; i < kernels; i++) {
        unsigned long long said[2];

        t.n = 0;
        t.seed = i;
        t.sound_only = false;
        make(&t);
        for (unsigned r = 0; r < RUNS; r++)
            run_once(t.at, 1 + r, y[r], t.bytes, said);
        struct counted c = compare(y, t.bytes, size);
        cr_assert(t.sound_only ? c.bytes <= said[0] : c.bytes == said[0] && c.first == said[1],
                  "kernel %u: %llu bytes differ from byte %llu on, the checker says %llu from %llu "
                  "on:\n%s",
                  i, c.bytes, c.first, said[0], said[1], t.at);
        dirty += c.bytes != 0 && c.bytes != t.bytes;
    }
    cr_expect_gt(dirty, kernels / 3, "only %u kernels of %u tell anything", dirty, kernels);
}

Test(check_init_random, vector)
{
    try_random(random_vector_kernel, 40, 2);
}

Test(check_init_random, cube)
{
    try_random(random_cube_kernel, 40, 4);
}
