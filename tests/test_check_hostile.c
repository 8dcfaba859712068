/* What a hostile guest or a poor host could do to the checker: no memory at any place, more tiles
 * and more findings than it has room for. malloc, calloc, realloc and mmap are wrapped by the
 * linker. */
#include <sys/mman.h>

#include "tests/launch.h"

/* ---- an allocation that fails ---------------------------------------------------------------- */

static long calls, fail_at; /* 0 = none fails */
static bool fail_on;        /* and all that come after */

static bool fails(void)
{
    calls++;
    return fail_at && (fail_on ? calls >= fail_at : calls == fail_at);
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__real_mmap(void *p, size_t n, int prot, int flags, int fd, off_t at);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_mmap(void *p, size_t n, int prot, int flags, int fd, off_t at);

void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return fails() ? NULL : __real_realloc(p, n);
}

void *__wrap_mmap(void *p, size_t n, int prot, int flags, int fd, off_t at)
{
    return fails() ? MAP_FAILED : __real_mmap(p, n, prot, flags, fd, at);
}

/* ---- kernels --------------------------------------------------------------------------------- */

/* Bytes never written, parts of blocks, stores of S, races, a mask left changed, a late wait. */
static const char vector[] =
    ".kernel k, core=aiv\n.param a, in, f16[1024]\n.param b, out, f16[1024]\n.blocks 2\n"
    ".buf U, ub, f16[1024], copies=4\nk:\n.reg pa:gm, pb:gm, u[4]:ub = U, t = 5, one = 1\n"
    ".reg mv:burst = {len_burst=7}, v:vec3 = {repeat=3}, r:red = {repeat=2 dst_rep=1}\n"
    ".reg al:align = {len_burst=20 n_burst=3}\n"
    "ldparam pa, a\nldparam pb, b\nst.b64 t, [pb, 8]\nld.b64 t, [pb, 16]\n"
    "wait_flag.mte2.v #1\nvadd.f16 [u[2]], [u[0]], [u[1]], v\n"
    "mov_out_to_ub [u[0]], [pa], mv\nset_flag.mte2.v #1\nvadd.f16 [u[3]], [u[2]], [u[1]], v\n"
    "vcadd.f16 [u[1]], [u[3]], r\nmov_out_to_ub_align.b16 [u[2]], [pa], al\n"
    "mov_ub_to_out [pb], [u[3]], mv\nbar.all\nmovemask one, 0\nend\n";

#define AIC \
    ".kernel k, core=aic\n.param a, in, f16[1024]\n.param c, out, f32[16384]\n.blocks 1\n" \
    ".buf LA, l1, f16[1024]\n.buf ZA, l0a, f16[1024]\n.buf ZB, l0b, f16[1024]\n" \
    ".buf ACC, l0c, f32[256], copies=12\nk:\n" \
    ".reg zero = 0, pa:gm, pc:gm, la:l1 = LA, za:l0a = ZA, zb:l0b = ZB, acc[12]:l0c = ACC\n" \
    ".reg in:burst = {len_burst=64}, cl:load2d = {repeat=4}\n" \
    ".reg mm:mmad = {m=16 k=16 n=16 unit_flag=3 c_init=1}\n" \
    ".reg fx:fix = {n=16 m=16 dst_stride=16 src_stride=16 nz2nd=1 unit_flag=3}\n" \
    "ldparam pa, a\nldparam pc, c\nmov_out_to_l1 [la], [pa], in\n" \
    "set_flag.mte2.mte1 #0\nwait_flag.mte2.mte1 #0\n" \
    "load_l1_to_l0a_2d [za], [la], cl\nload_l1_to_l0b_2d [zb], [la], cl\n" \
    "set_flag.mte1.m #0\nwait_flag.mte1.m #0\n"

/* Twelve tiles, two of them full at any time; the last one goes to an input. */
static const char tiles[] =
    AIC "mmad.f16f32 [acc[0]], [za], [zb], mm\n.rept 11, i\n"
        "mmad.f16f32 [acc[\\i + 1]], [za], [zb], mm\nfix_l0c_to_out.f32 [pc], [acc[\\i]], fx\n"
        "bar.fix\n.endr\nfix_l0c_to_out.f32 [pa], [acc[11]], fx\nend\n";

/* ---- tests ----------------------------------------------------------------------------------- */

static struct dv_chip chip;

static void few_cores(void)
{
    cr_assert_eq(dv_chip_load("910B1", &chip, NULL), DV_OK);
    DV_P(&chip, aic) = 1;
    DV_P(&chip, aiv) = 2;
}

/* One run; what the checker found, as a number. */
static enum dv_err run(const struct dv_obj *obj, uint64_t *found)
{
    struct dv_run_opts o = {.check = true, .resolved = &chip, .time_off = true, .unwatched = true};
    struct dv_run *r = __real_calloc(1, sizeof *r);
    struct dv_diag d;

    dv_diag_init(&d);
    enum dv_err e = dv_run_prepare(r, &o, obj, 0, &d);
    if (!e)
        e = dv_run_go(r, &d);
    cr_expect_eq(e != DV_OK, d.text[0] != 0, "%s: %s", dv_err_name(e), d.text);
    *found = 0;
    for (unsigned i = 0; i < r->result.findings; i++) {
        const struct dv_finding *f = &r->result.finding[i];
        *found = *found * 31 + (uint64_t)f->code[0] + f->d.at.pc + f->count;
    }
    dv_run_free(r);
    free(r);
    return e;
}

/* Either it says so, or nothing is missing. */
static void fail_each(const char *text)
{
    struct dv_obj *obj = launch_object(text);
    uint64_t found, all;
    unsigned refused = 0;

    fail_at = calls = 0;
    cr_assert_eq(run(obj, &all), DV_OK);
    long most = calls;
    for (long n = 1; n <= 2 * most; n++) {
        fail_on = n > most;
        fail_at = fail_on ? n - most : n;
        calls = 0;
        enum dv_err e = run(obj, &found);
        fail_at = 0;
        cr_expect(e == DV_E_MEMORY || (!e && found == all), "%ld of %ld: %s", n, most,
                  dv_err_name(e));
        refused += e == DV_E_MEMORY;
    }
    cr_expect_gt(refused, most, "%u refused", refused);
    dv_obj_free(obj);
}

Test(check_hostile, no_memory)
{
    few_cores();
    fail_each(vector);
    fail_each(tiles);
}

static unsigned count(const char *text, const char *code, struct dv_result *out)
{
    struct dv_run_opts o = {.check = true, .resolved = &chip};
    struct dv_obj *obj = launch_object(text);
    struct dv_run *r = calloc(1, sizeof *r);
    struct dv_diag d;
    unsigned n = 0;

    dv_diag_init(&d);
    cr_assert_eq(dv_run_prepare(r, &o, obj, 0, &d), DV_OK, "%s", d.text);
    cr_expect_eq(dv_run_go(r, &d), DV_OK, "%s", d.text);
    for (unsigned i = 0; i < r->result.findings; i++)
        n += !strcmp(r->result.finding[i].code, code);
    *out = r->result;
    dv_run_free(r);
    free(r);
    dv_obj_free(obj);
    return n;
}

/* A tile that is forgotten holds up the fixpipe: nothing behind it would be looked at. */
Test(check_hostile, many_tiles)
{
    static struct dv_result res;

    few_cores();
    cr_expect_eq(count(tiles, "OUTPUT", &res), 1);
    cr_expect_eq(count(tiles, "FLAG", &res), 0);
}

/* More places of warnings than there is room, then an error. */
static const char full[] =
    ".kernel k, core=aiv\n.param a, in, f16[4096]\n.buf U, ub, f16[1024], copies=3\nk:\n"
    ".reg pa:gm, u:ub = U, w:ub = U + 2048, v:vec3 = {repeat=1}, m:burst = {len_burst=1}\n"
    "ldparam pa, a\n.rept 200\nvadd.f16 [w], [u], [u], v\nbar.v\n.endr\n"
    "set_flag.v.mte3 #0\nwait_flag.v.mte3 #0\nmov_ub_to_out [pa], [w], m\nend\n";

Test(check_hostile, warnings_hide_no_error)
{
    static struct dv_result res;

    few_cores();
    cr_expect_eq(count(full, "OUTPUT", &res), 1);
    cr_expect_gt(res.more, 0, "room for all");
}

/* Three sets before the first wait in program order, slow enough that no two meet: an error, and
 * what comes behind the waits is looked at nevertheless. */
static const char sets[] =
    ".kernel k, core=aiv\n.param a, in, f16[65536]\n.buf U, ub, f16[4096], copies=3\nk:\n"
    ".reg pa:gm, u:ub = U, m:burst = {len_burst=256}\nldparam pa, a\n.rept 3\n"
    "mov_out_to_ub [u], [pa], m\nset_flag.mte2.v #0\n.endr\n.rept 3\nwait_flag.mte2.v #0\n"
    ".endr\nset_flag.v.mte3 #0\nwait_flag.v.mte3 #0\nmov_ub_to_out [pa], [u], m\nend\n";

Test(check_hostile, three_sets)
{
    static struct dv_result res;

    few_cores();
    cr_expect_gt(count(sets, "FLAG", &res), 0);
    cr_expect_eq(count(sets, "OUTPUT", &res), 1);
}
