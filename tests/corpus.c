/* One hash over a fixed corpus of random legal programs: what they leave in memory and registers,
 * how long they take and what the checker says, for every build and every SIMD tier of the host.
 *
 * Usage: corpus [--slice | --write] FILE, corpus --show FAMILY INDEX
 *
 * FILE (tests/corpus.sha) has two lines a family, its first programs and all of them. Without an
 * option all are run and compared, with --slice the first; --write replaces FILE. */
#include "tests/corpus.h"

#include "emu/check/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { TOTAL = 10000, SLICE = 1000, REPAIRS = 12, GM = 1 << 20, CYCLES = 200000, WAYS = 4 };

/* ---- hashes ---------------------------------------------------------------------------------- */

static uint64_t fold(uint64_t h, uint64_t v)
{
    h = (h ^ v) * 0x9e3779b97f4a7c15u;
    return h ^ h >> 29;
}

/* Four chains: memories are most of the work. */
static uint64_t fold_bytes(uint64_t h, const uint8_t *p, uint64_t n)
{
    uint64_t c[4] = {h, h + 1, h + 2, h + 3}, v[4];

    for (; n >= sizeof v; n -= sizeof v, p += sizeof v) {
        memcpy(v, p, sizeof v);
        for (unsigned i = 0; i < 4; i++)
            c[i] = (c[i] ^ v[i]) * 0x9e3779b97f4a7c15u, c[i] ^= c[i] >> 29;
    }
    for (; n; n--, p++)
        h = fold(h, *p);
    return fold(fold(fold(fold(h, c[0]), c[1]), c[2]), c[3]);
}

static uint64_t fold_text(uint64_t h, const char *text)
{
    return fold_bytes(fold(h, strlen(text)), (const uint8_t *)text, strlen(text));
}

/* ---- one run --------------------------------------------------------------------------------- */

struct outcome {
    uint64_t memory, cycles, findings;
    enum dv_err err;
    uint64_t pc; /* of the fault */
    char text[sizeof(((struct dv_diag *)0)->text)];
};

static void claim(bool good, const char *what)
{
    if (good)
        return;
    printf("Bail out! %s\n", what);
    exit(1);
}

static const struct dv_chip *chip_of(unsigned core)
{
    static struct dv_chip split, merged;
    struct dv_chip *c = core == DV_CORE_C100 ? &merged : &split;

    if (c->name[0])
        return c;
    claim(dv_chip_load(c == &merged ? "910A" : "910B1", c, NULL) == DV_OK, "no chip");
    if (c == &merged) {
        DV_P(c, merged) = 1;
    } else {
        DV_P(c, aic) = 1;
        DV_P(c, aiv) = 2;
    }
    return c;
}

/* Numbers of all sizes and a quarter of anything, NaN and infinities among it. */
static void fill(void *p, uint64_t bytes, uint64_t seed)
{
    for (uint64_t i = 0; i < bytes / 8; i++) {
        uint64_t v = corpus_next(&seed) & (i % 4 ? 0xbfffbfffbfffbfffu : UINT64_MAX);
        memcpy((uint8_t *)p + 8 * i, &v, 8);
    }
}

enum { PATTERN = 1 << 20 };

static void fill_offsets(uint8_t *ub, uint32_t bytes, uint64_t seed)
{
    for (uint32_t at = CORPUS_OFFSETS(bytes); at < bytes; at += 4) {
        uint32_t offset = (uint32_t)(seed += 0x9e37) % 1024 * 32;
        memcpy(ub + at, &offset, 4);
    }
}

struct filler {
    struct dv_machine *m;
    uint64_t seed;
    uint8_t *pattern;
};

/* Local memories begin with numbers, so that every instruction has something to work on. */
static void on_block(void *self, const struct dv_event *e)
{
    const struct filler *f = self;
    const struct dv_core *c = &f->m->st->core[e->core];

    if (e->end || c->state != DV_CORE_RUN)
        return;
    for (unsigned s = 0; s < DV_SPACE_COUNT; s++) {
        uint32_t bytes = s == DV_SPACE_GM ? 0 : f->m->sizes[c->kind].bytes[s];
        if (bytes)
            memcpy((uint8_t *)f->m->st + c->local[s], f->pattern + (f->seed + s * 4096) % 65536 * 8,
                   bytes < PATTERN / 2 ? bytes : PATTERN / 2);
    }
    fill_offsets((uint8_t *)f->m->st + c->local[DV_SPACE_UB],
                 f->m->sizes[c->kind].bytes[DV_SPACE_UB], f->seed);
}

static uint64_t memories(const struct dv_machine *m)
{
    uint64_t h = fold_bytes(0, m->gm, m->st->gm_used);

    for (unsigned i = 0; i < m->st->cores; i++) {
        const struct dv_core *c = &m->st->core[i];
        for (unsigned s = 0; c->stats.blocks && s < DV_SPACE_COUNT; s++)
            if (s != DV_SPACE_GM)
                h = fold_bytes(h, (const uint8_t *)m->st + c->local[s], m->sizes[c->kind].bytes[s]);
        h = fold_bytes(h, (const uint8_t *)c->s.x, sizeof c->s.x);
        h = fold_bytes(h, (const uint8_t *)c->live.v, sizeof c->live.v);
        h = fold_bytes(h, (const uint8_t *)c->env.v, sizeof c->env.v);
    }
    return h;
}

static bool showing; /* findings as text */

static uint64_t findings(struct dv_check *k)
{
    uint64_t h = dv_check_findings(k);

    for (unsigned i = 0; i < dv_check_findings(k); i++) {
        const struct dv_check_finding *f = dv_check_finding(k, i);
        if (showing)
            printf("%04" PRIx64 "  %s %s, %" PRIu64 ": %s\n", f->pc, f->code, f->severity, f->count,
                   f->d.text);
        h = fold_text(fold(fold(h, f->count), f->pc), f->code);
        h = fold_text(fold_text(h, f->severity), f->d.text);
    }
    return h;
}

static struct dv_machine *machine_new(unsigned core, const struct dv_machine_opts *o)
{
    struct dv_diag d;
    struct dv_machine *m;

    dv_diag_init(&d);
    m = dv_machine_new(chip_of(core), o, &d);
    claim(m != NULL, "no machine");
    /* every byte of its memories is written: fewer and larger pages */
    madvise(m->st, m->st->bytes, MADV_HUGEPAGE);
    return m;
}

struct image {
    struct dv_obj obj;
    uint32_t word[CORPUS_WORDS];
    uint16_t place[CORPUS_WORDS];
    uint64_t entry[2];
};

static void image_make(const struct corpus_program *p, struct image *im)
{
    static const uint32_t kinds[] = {[DV_CORE_AIC] = DV_ON(DV_AIC),
                                     [DV_CORE_AIV] = DV_ON(DV_AIV),
                                     [DV_CORE_MIX] = DV_ON(DV_AIC) | DV_ON(DV_AIV),
                                     [DV_CORE_C100] = DV_ON(DV_C100)};

    im->obj = (struct dv_obj){.final = true, .kinds = kinds[p->core]};
    im->obj.section[DV_TEXT].n = corpus_link(p, im->word, im->place, im->entry) * 4ull;
    im->obj.section[DV_TEXT].p = (uint8_t *)im->word;
}

static void run(const struct corpus_program *p, struct image *im, bool simd, bool check,
                struct outcome *out)
{
    static uint8_t *pattern;
    struct dv_machine_opts o = {.max_cycles = CYCLES, .gm_bytes = GM, .no_simd = !simd};
    struct dv_machine *m = machine_new(p->core, &o);
    struct dv_check *k = NULL;
    uint64_t tensor;

    if (!pattern) {
        pattern = malloc(2 * PATTERN);
        claim(pattern != NULL, "no memory");
        fill(pattern, 2 * PATTERN, 1);
    }
    claim(dv_machine_load(m, &im->obj, NULL) == DV_OK, "a program does not load");
    claim(!dv_machine_alloc(m, "tensor", CORPUS_TENSOR, &tensor, NULL), "no tensor");
    memcpy(dv_machine_gm(m, tensor, CORPUS_TENSOR), pattern + p->seed % 65536 * 8, CORPUS_TENSOR);
    struct filler filler = {m, p->seed >> 8, pattern};
    dv_machine_listen(m, &(struct dv_listener){&filler, on_block, 1u << DV_EV_BLOCK});
    if (check) {
        const struct dv_check_tensor t = {tensor, CORPUS_TENSOR, DV_PARAM_INOUT, "tensor"};
        k = dv_check_new(m, &im->obj, &t, 1, NULL);
        claim(k != NULL, "no checker");
    }
    struct dv_launch l = {.core = p->core,
                          .entry = {im->entry[0], im->entry[1]},
                          .blocks = p->blocks,
                          .para_base = tensor};
    claim(dv_machine_launch(m, &l, NULL) == DV_OK, "a program is not launched");
    dv_machine_run(m, NULL);
    out->err = m->fault;
    out->pc = m->fault && m->diag.at.has_pc ? m->diag.at.pc : UINT64_MAX;
    snprintf(out->text, sizeof out->text, "%s", m->diag.text);
    out->memory = m->fault ? fold_text(m->fault, m->diag.text) : memories(m);
    out->cycles = m->fault ? 0 : dv_machine_cycles(m);
    out->findings = 0;
    if (check) {
        claim(dv_check_finish(k, NULL) == DV_OK, "the checker failed");
        out->findings = findings(k);
    }
    dv_check_free(k);
    dv_machine_free(m);
}

/* ---- legal programs -------------------------------------------------------------------------- */

/* Takes out the record that faulted; false: it must stay. */
static bool drop(struct corpus_program *p, const struct image *im, uint64_t pc)
{
    unsigned place =
        pc / 4 < CORPUS_WORDS && pc < im->obj.section[DV_TEXT].n ? im->place[pc / 4] : UINT16_MAX;
    if (place == UINT16_MAX)
        return false;
    struct corpus_body *b = &p->body[place / CORPUS_RECORDS];
    unsigned at = place % CORPUS_RECORDS;
    if (b->record[at].fixed)
        return false;
    memmove(&b->record[at], &b->record[at + 1], (b->records - at - 1) * sizeof b->record[0]);
    b->records--;
    return true;
}

static void places(unsigned core, uint64_t *tensor, struct dv_sizes sizes[DV_KINDS])
{
    struct dv_machine_opts o = {.gm_bytes = GM};
    struct dv_machine *m = machine_new(core, &o);
    struct image im = {.obj = {.final = true, .kinds = DV_ON_ANY}};

    im.obj.section[DV_TEXT].p = (uint8_t *)im.word;
    im.obj.section[DV_TEXT].n = 4;
    claim(dv_machine_load(m, &im.obj, NULL) == DV_OK, "nothing does not load");
    claim(!dv_machine_alloc(m, "tensor", CORPUS_TENSOR, tensor, NULL), "no tensor");
    memcpy(sizes, m->sizes, sizeof m->sizes);
    dv_machine_free(m);
}

/* A program of the corpus and what it does; what faults is taken out first. */
static void make(unsigned family, unsigned index, struct corpus_program *p, struct image *im,
                 struct outcome *out)
{
    static struct dv_sizes sizes[2][DV_KINDS];
    static uint64_t tensor[2];
    unsigned of = corpus_families[family].core == DV_CORE_C100;

    if (!tensor[of])
        places(corpus_families[family].core, &tensor[of], sizes[of]);
    corpus_draw(p, family, index, tensor[of], sizes[of]);
    for (unsigned i = 0; i < REPAIRS; i++) {
        image_make(p, im);
        run(p, im, true, false, out);
        if (!out->err || !drop(p, im, out->pc))
            break;
    }
    image_make(p, im);
}

/* ---- families -------------------------------------------------------------------------------- */

struct sum {
    unsigned programs, faults;
    uint64_t instructions, memory, cycles, findings;
};

static uint8_t *drawn; /* by row */

static void add(struct sum *s, const struct corpus_program *p, const struct outcome *o)
{
    s->programs++;
    s->faults += o->err != DV_OK;
    for (unsigned b = 0; b < p->bodies; b++) {
        s->instructions += p->body[b].records;
        for (unsigned i = 0; i < p->body[b].records && !o->err; i++)
            drawn[p->body[b].record[i].insn] = 1;
    }
    s->memory = fold(s->memory, o->memory);
    s->cycles = fold(s->cycles, o->cycles);
    s->findings = fold(s->findings, o->findings);
}

static void compare(const struct outcome *a, const struct outcome *b, const char *family,
                    unsigned index, const char *tier)
{
    if (a->err == b->err && a->memory == b->memory && a->cycles == b->cycles)
        return;
    printf("Bail out! %s %u differs with %s: %s \"%s\" %" PRIx64 " %" PRIu64
           ", then %s \"%s\" %" PRIx64 " %" PRIu64 "\n",
           family, index, tier, dv_err_name(a->err), a->text, a->memory, a->cycles,
           dv_err_name(b->err), b->text, b->memory, b->cycles);
    exit(1);
}

/* With the checker on the best tier, then on every other and without SIMD. */
static void measure(unsigned family, unsigned index, struct sum *s)
{
    static const char *const tiers[] = {"avx512", "avx2", "portable"};
    static struct corpus_program p;
    static struct image im;
    static struct outcome first, other;
    const char *name = corpus_families[family].name, *best = NULL;

    for (unsigned t = 0; t < 3; t++) {
        if (!dv_sem_choose(tiers[t]))
            continue;
        if (!best)
            make(family, index, &p, &im, &first);
        run(&p, &im, true, !best, best ? &other : &first);
        if (best)
            compare(&first, &other, name, index, tiers[t]);
        best = best ? best : tiers[t];
    }
    run(&p, &im, false, false, &other);
    compare(&first, &other, name, index, "plain");
    add(s, &p, &first);
}

static void line_of(char line[256], const char *name, const struct sum *s)
{
    snprintf(line, 256,
             "%-14s %5u programs %6" PRIu64 " instructions %3u faults  memory %016" PRIx64
             " cycles %016" PRIx64 " findings %016" PRIx64 "\n",
             name, s->programs, s->instructions, s->faults, s->memory, s->cycles, s->findings);
}

/* The line of FILE that begins as this one does, "" = none. */
static void expected(const char *text, const char *line, char out[256])
{
    size_t n = strcspn(line, " ") + 15; /* name and number of programs */
    const char *at = text;

    n = strstr(line, "programs") ? (size_t)(strstr(line, "programs") - line) : n;
    out[0] = 0;
    for (; at && *at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL)
        if (!strncmp(at, line, n))
            snprintf(out, 256, "%.*s\n", (int)strcspn(at, "\n"), at);
}

static unsigned failures, tests;

static void judge(const char *text, FILE *write, const char *name, const struct sum *s)
{
    char line[256], want[256];

    line_of(line, name, s);
    tests++;
    if (write) {
        fputs(line, write);
        printf("ok %u - %s, %u programs\n", tests, name, s->programs);
        return;
    }
    expected(text, line, want);
    bool good = !strcmp(want, line);
    failures += !good;
    printf("%sok %u - %s, %u programs\n", good ? "" : "not ", tests, name, s->programs);
    if (!good)
        printf("# got  %s# want %s\n", line, want[0] ? want : "no line of this name");
}

static unsigned share(unsigned total, unsigned family)
{
    return total * (family + 1) / corpus_family_count - total * family / corpus_family_count;
}

static void all_families(bool slice, const char *text, FILE *write)
{
    for (unsigned f = 0; f < corpus_family_count; f++) {
        struct sum s = {0};
        unsigned part = share(SLICE, f), n = slice ? part : share(TOTAL, f);
        for (unsigned i = 0; i < n; i++) {
            measure(f, i, &s);
            if (i + 1 == part)
                judge(text, write, corpus_families[f].name, &s);
        }
        if (!slice)
            judge(text, write, corpus_families[f].name, &s);
    }
}

/* Instructions that are executed and that no program without a fault has. */
static void coverage(void)
{
    static const char *const none = "every executed row of the queues is in a program";
    unsigned missing = 0;

    for (unsigned i = 0; i < dv_insn_count; i++) {
        if (dv_insns[i].exec != DV_EXEC_ITEM || drawn[i] ||
            !strcmp(dv_insns[i].name, "load_l1_to_ub_3dv2")) /* no core has L1 and UB */
            continue;
        printf("# not drawn: %s\n", dv_insns[i].name);
        missing++;
    }
    tests++;
    failures += missing != 0;
    printf("%sok %u - %s\n", missing ? "not " : "", tests, none);
}

static char *read_all(const char *path)
{
    FILE *f = fopen(path, "r");
    char *text = calloc(1, 1 << 16);

    claim(f && text && fread(text, 1, (1 << 16) - 1, f) > 0, "the file cannot be read");
    fclose(f);
    return text;
}

static int show(const char *name, unsigned index)
{
    static struct corpus_program p;
    static struct image im;
    static struct outcome out;
    unsigned f = 0;

    while (f < corpus_family_count && strcmp(corpus_families[f].name, name) != 0)
        f++;
    claim(f < corpus_family_count, "no such family");
    make(f, index, &p, &im, &out);
    showing = true;
    run(&p, &im, true, true, &out);
    for (uint64_t i = 0; i < im.obj.section[DV_TEXT].n / 4; i++) {
        struct dv_op op;
        char text[128] = "?";
        if (dv_isa_decode(im.word[i], im.obj.kinds, &op, NULL, NULL) == DV_OK)
            dv_isa_print(&op, i * 4, text, sizeof text);
        printf("%04x  %08x  %s\n", (unsigned)i * 4, im.word[i], text);
    }
    printf("%s \"%s\", %" PRIu64 " cycles / 256, memory %016" PRIx64 ", findings %016" PRIx64 "\n",
           dv_err_name(out.err), out.text, out.cycles, out.memory, out.findings);
    return 0;
}

int main(int argc, char **argv)
{
    bool slice = argc == 3 && !strcmp(argv[1], "--slice");
    bool write = argc == 3 && !strcmp(argv[1], "--write");

    setvbuf(stdout, NULL, _IOLBF, 0); /* what there is, also when it is stopped */
    drawn = calloc(dv_insn_count, 1);
    claim(drawn != NULL, "no memory");
    if (argc == 4 && !strcmp(argv[1], "--show"))
        return show(argv[2], (unsigned)atoi(argv[3]));
    if (argc != 2 && !slice && !write) {
        fprintf(stderr, "usage: corpus [--slice | --write] FILE, corpus --show FAMILY INDEX\n");
        return 2;
    }
    char *text = write ? NULL : read_all(argv[argc - 1]);
    FILE *out = write ? fopen(argv[2], "w") : NULL;
    claim(!write || out, "the file cannot be written");
    all_families(slice, text, out);
    if (!slice)
        coverage();
    printf("1..%u\n", tests);
    if (out)
        fclose(out);
    free(text);
    free(drawn);
    return failures != 0;
}
