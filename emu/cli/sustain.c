/* Runs the embedded kernels of kernels/micro on every core of a chip. Owns which kernel measures
 * what and how large it is; the numbers are those of ordinary runs without data. */
#include "emu/cli/sustain.h"

#include <stdlib.h>
#include <string.h>

#include "emu/cli/cli.h"
#include "isa/embed.h"

enum quantity { CUBE, VECTOR, MEMORY, L2 };

enum { MOVE = 16384 }; /* bytes of a move in read.s, write.s, copy.s */

/* per: products a cycle of one cube relative to f16, or lanes of one repeat. */
static const struct test {
    const char *name, *kernel, *unit;
    enum quantity of;
    unsigned per;
    bool cold;
} tests[DV_SUSTAINS] = {
    {"cube f16", "cube_f16", "TFLOPS", CUBE, 1, false},
    {"cube int8", "cube_i8", "TOPS", CUBE, 2, false},
    {"vector f16", "vector_f16", "TOPS", VECTOR, 128, false},
    {"vector f32", "vector_f32", "TOPS", VECTOR, 64, false},
    {"memory read", "read", "GB/s", MEMORY, 1, true},
    {"memory write", "write", "GB/s", MEMORY, 1, true},
    {"memory copy", "copy", "GB/s", MEMORY, 2, true},
    {"L2 read", "read", "GB/s", L2, 1, false},
};

static unsigned cores_for(const struct dv_chip *c, enum quantity of)
{
    return (unsigned)(c->arch ? DV_P(c, merged) : of == CUBE ? DV_P(c, aic) : DV_P(c, aiv));
}

/* The kernels are written for split cores; a merged core runs them under its own name. */
static int load(const struct dv_chip *c, const char *name, struct dv_program *p)
{
    const struct dv_embedded *f = dv_micro_files;
    char path[40], *at;
    while (strcmp(f->name, name) != 0)
        f++;
    char *text = calloc(1, f->bytes + 8);
    if (!text)
        return DV_EXIT_INTERNAL;
    memcpy(text, f->text, f->bytes);
    size_t n = f->bytes;
    if (c->arch && (at = strstr(text, "core=ai"))) {
        memmove(at + 9, at + 8, strlen(at + 8) + 1);
        memcpy(at + 5, "c100", 4);
        n++;
    }
    snprintf(path, sizeof path, "%s.s", name);
    int status = dv_program_assemble(p, path, text, n);
    free(text);
    return status;
}

/* From memory half as much again as L2 holds; to memory eight times as much, so that what is left
 * unwritten in L2 counts little; from L2 a quarter of it. */
static void size_text(const struct dv_chip *c, const struct test *t, unsigned blocks, char *out,
                      size_t size)
{
    bool writes = strcmp(t->kernel, "read") != 0;
    uint64_t whole = DV_P(c, l2_bytes);
    uint64_t bytes = t->of == L2 ? whole / 4 : writes ? whole * 8 : whole / 2 * 3;
    uint64_t moves = bytes / t->per / MOVE / blocks;
    if (t->of == CUBE || t->of == VECTOR)
        snprintf(out, size, "n=1000");
    else
        snprintf(out, size, "moves=%llu", (unsigned long long)(moves < 8 ? 8 : moves));
}

static double reached(const struct dv_result *o, const struct test *t)
{
    const struct dv_summary *s = &o->sum;
    double bytes = (double)(s->path_bytes[DV_PATH_GM_TO_UB] + s->path_bytes[DV_PATH_UB_TO_GM]);
    if (t->of == CUBE)
        return 2 * (double)s->macs / o->time_us * 1e-6;
    if (t->of == VECTOR)
        return (double)s->act[DV_ACT_vector_repeat] * t->per / o->time_us * 1e-6;
    return bytes / o->time_us * 1e-3;
}

double dv_l2_per_cycle(const struct dv_chip *c)
{
    double ports = cores_for(c, CUBE) * (double)DV_P(c, l2_read), all = (double)DV_P(c, l2_rate);
    return (ports < all ? ports : all) / 4294967296.0;
}

static double computed(const struct dv_chip *c, const struct test *t)
{
    double hz = (double)DV_P(c, clock), cores = cores_for(c, t->of);
    switch (t->of) {
    case CUBE:
        return 2 * cores * (double)DV_P(c, mac_f16) / 4294967296.0 * t->per * hz * 1e-12;
    case VECTOR:
        return cores * t->per * hz * 1e-12;
    case L2:
        return dv_l2_per_cycle(c) * hz * 1e-9;
    default:
        return (double)DV_P(c, mem_rate) * 1e-9;
    }
}

static bool is_about(const struct dv_claim *k, const struct test *t)
{
    switch (t->of) {
    case CUBE:
        return k->giga && k->dies == 1 && !k->lanes && k->macs == 4096 * t->per;
    case VECTOR:
        return k->giga && k->lanes == t->per;
    case L2:
        return !strcmp(k->each, "l2.read");
    default:
        return !strcmp(k->each, "mem.rate");
    }
}

static void published(const struct dv_claim *claim, unsigned claims, const struct test *t,
                      char *out, size_t size)
{
    size_t n = 0;
    snprintf(out, size, "-");
    for (unsigned i = 0; i < claims && n < size; i++) {
        double v = claim[i].giga ? (double)claim[i].giga * 1e-3 : (double)claim[i].bytes * 1e-9;
        if (is_about(&claim[i], t))
            n += (size_t)snprintf(out + n, size - n, "%s%g", n ? ", " : "", v);
    }
}

static int measure(const struct dv_chip *c, const struct test *t, struct dv_sustain *out)
{
    char size[40];
    const char *arg[] = {size};
    struct dv_program p = {0};
    struct dv_diag d;
    struct dv_run *r = calloc(1, sizeof *r);
    unsigned blocks = cores_for(c, t->of);
    struct dv_run_opts o = {.resolved = c, .arg = arg, .args = 1, .blocks = blocks};
    o.data_off = o.probe = true;
    o.cold = t->cold;
    size_text(c, t, blocks, size, sizeof size);
    int status = r ? load(c, t->kernel, &p) : DV_EXIT_INTERNAL;
    dv_diag_init(&d);
    if (!status && (dv_run_prepare(r, &o, p.obj, p.id, &d) || dv_run_go(r, &d)))
        status = dv_show_diag(&d);
    if (!status)
        out->got = reached(&r->result, t);
    if (r)
        dv_run_free(r);
    free(r);
    dv_program_free(&p);
    return status;
}

/* All cores begin together: what is sought is the steady rate. */
static struct dv_chip steady(const struct dv_chip *c)
{
    struct dv_chip s = *c;

    dv_chip_set(&s, "launch.per_aic", "0 ns", NULL);
    dv_chip_set(&s, "launch.per_aiv", "0 ns", NULL);
    return s;
}

int dv_sustain(const struct dv_chip *c, const struct dv_claim *claim, unsigned claims,
               struct dv_sustain out[DV_SUSTAINS], unsigned *n)
{
    struct dv_chip together = steady(c);
    int status = 0;
    *n = 0;
    for (unsigned i = 0; i < DV_SUSTAINS && !status; i++) {
        const struct test *t = &tests[i];
        out[i] = (struct dv_sustain){t->name, t->unit, 0, computed(c, t), ""};
        published(claim, claims, t, out[i].published, sizeof out[i].published);
        status = measure(&together, t, &out[i]);
        *n = i + 1;
    }
    return status;
}
