/* Recordings: what a launch issues as a kernel that `dv run` takes. Every core's stream is written
 * out, one after another; each begins where its core jumps to at the start. Registers are loaded
 * when they change; addresses in GM are offsets from parameters, one for each allocation, whose
 * contents are kept in files. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/cce/device.h"
#include "emu/run/npy.h"

enum { MOST = 1000000, REGISTERS = 1 + DV_SLOTS }; /* instructions of all cores (ours) */

/* The stream of one core for one block. */
struct part {
    unsigned kind, block, sub;
    FILE *f; /* without a name */
    bool known[REGISTERS];
    uint64_t value[REGISTERS];
    struct dv_cce_at at; /* of the instruction before */
};

struct dv_record {
    struct part *part;
    unsigned parts, room;
    uint32_t *of_core; /* part of each core, UINT32_MAX = none */
    uint64_t instructions;
    bool failed, full;
};

void dv_record_free(struct dv_record *r)
{
    if (!r)
        return;
    for (unsigned i = 0; i < r->parts; i++)
        if (r->part[i].f)
            fclose(r->part[i].f);
    free(r->part);
    free(r->of_core);
    free(r);
}

/* ---- files of tensors ------------------------------------------------------------------------ */

/* "dir/name" of "dir/name.s". */
static void stem(const char *path, char *out, size_t size)
{
    size_t n = strlen(path);

    snprintf(out, size, "%.*s", (int)(n - 2), path);
}

static enum dv_err tensors_save(struct dv_cce *d)
{
    char base[4000], file[4096];
    const char *name;
    uint64_t at, bytes;
    enum dv_err e = DV_OK;

    stem(d->record_path, base, sizeof base);
    for (unsigned i = 0; !e && dv_machine_allocation(d->machine, i, &name, &at, &bytes); i++) {
        snprintf(file, sizeof file, "%s.g%u.npy", base, i);
        e = dv_npy_save(file, DV_EL_U8, &bytes, 1, d->gm + (at - DV_GM_BASE), bytes, &d->diag);
    }
    return e;
}

bool dv_record_named(const char *path)
{
    size_t n = strlen(path);
    return n > 2 && n < 4000 && !strcmp(path + n - 2, ".s");
}

struct dv_record *dv_record_begin(struct dv_cce *d)
{
    struct dv_record *r;

    if (!dv_record_named(d->record_path)) {
        dv_fail(&d->diag, DV_E_CONFIG, "%s: a recording is a file that ends in .s", d->record_path);
        return NULL;
    }
    r = calloc(1, sizeof *r);
    if (r)
        r->of_core = malloc(d->seats * sizeof *r->of_core);
    if (!r || !r->of_core) {
        free(r);
        dv_fail(&d->diag, DV_E_MEMORY, "out of memory for the recording");
        return NULL;
    }
    memset(r->of_core, 0xff, d->seats * sizeof *r->of_core);
    if (!tensors_save(d))
        return r;
    dv_record_free(r);
    return NULL;
}

/* ---- instructions ---------------------------------------------------------------------------- */

static bool part_room(struct dv_record *r)
{
    unsigned room = r->room ? 2 * r->room : 64;
    struct part *grown;

    if (r->parts < r->room)
        return true;
    grown = realloc(r->part, room * sizeof *grown);
    if (!grown)
        return false;
    r->part = grown;
    r->room = room;
    return true;
}

void dv_record_start(struct dv_record *r, const struct dv_cce *d, unsigned core)
{
    struct part *p;

    r->of_core[core] = UINT32_MAX;
    if (r->failed || !part_room(r)) {
        r->failed = true;
        return;
    }
    p = &r->part[r->parts];
    *p = (struct part){.kind = dv_native_kind(d->machine, core),
                       .block = dv_native_block(d->machine, core),
                       .sub = dv_native_sub(d->machine, core)};
    p->f = tmpfile();
    if (!p->f)
        r->failed = true;
    r->of_core[core] = r->parts++;
}

/* x<reg> = value; an address in GM as an offset from its parameter. */
static void load(struct part *p, const struct dv_cce *d, unsigned reg, uint64_t value, bool pointer)
{
    const char *name;
    uint64_t at, bytes;

    if (p->known[reg] && p->value[reg] == value)
        return;
    if (p->at.file)
        fprintf(p->f, "    .loc\n"); /* what loads registers is not the intrinsic's */
    p->at.file = NULL;
    p->known[reg] = true;
    p->value[reg] = value;
    for (unsigned i = 0;
         pointer && dv_machine_allocation(d->machine, i, &name, &at, &bytes) && at <= value; i++) {
        if (value - at >= bytes)
            continue;
        fprintf(p->f, "    ldparam x%u, g%u\n", reg, i);
        if (value > at)
            fprintf(p->f, "    mov x5, 0x%" PRIx64 "\n    add.s64 x%u, x%u, x5\n", value - at, reg,
                    reg);
        return;
    }
    fprintf(p->f, "    mov x%u, 0x%" PRIx64 "\n", reg, value);
}

void dv_record_issue(struct dv_record *r, const struct dv_seat *s, uint32_t op,
                     const uint64_t x[DV_SLOTS])
{
    const struct dv_cce *d = s->device;
    const struct dv_op *o = dv_native_decoded(d->machine, op);
    const struct dv_site *t = dv_site(d->sites, op);
    struct part *p = r->of_core[s->core] < r->parts ? &r->part[r->of_core[s->core]] : NULL;
    char text[160];

    if (!p || r->full || (r->full = r->instructions++ >= MOST))
        return;
    for (unsigned i = 0; i < DV_SLOTS; i++)
        if ((o->slots >> i & 1) && !(i == DV_XD && t->returns && !t->operand[i]))
            load(p, d, o->x[i], x[i], t->holds[i] != DV_HOLDS_VALUE && x[i] >= DV_GM_BASE);
    if (!t->at.line) /* block_idx */
        fputs("    .loc\n", p->f);
    else if (p->at.line != t->at.line || !p->at.file || strcmp(p->at.file, t->at.file))
        fprintf(p->f, "    .loc \"%s\", %d\n", t->at.file, t->at.line);
    p->at = t->at;
    dv_isa_print(o, DV_NO_PC, text, sizeof text);
    fprintf(p->f, "    %s\n", text);
    if (t->returns)
        p->known[1] = false;
}

/* ---- the file -------------------------------------------------------------------------------- */

static const char *core_name(const struct dv_cce *d)
{
    static const char *const name[] = {
        [DV_CCE_AIV] = "aiv", [DV_CCE_AIC] = "aic", [DV_CCE_MIX] = "mix, ratio=1:2"};

    return DV_P(&d->chip, merged) ? "c100" : name[d->launch.kind];
}

static void head(FILE *f, const struct dv_cce *d)
{
    char base[4000];
    const char *name;
    uint64_t at, bytes;

    stem(d->record_path, base, sizeof base);
    fprintf(f,
            "; What %s issued, recorded: %u blocks on %s. Branches and scalar\n"
            "; values are those of that launch.\n;   dv run %s --chip %s",
            d->launch.name, d->launch.blocks, d->chip_name, d->record_path, d->chip_name);
    for (unsigned i = 0; dv_machine_allocation(d->machine, i, &name, &at, &bytes); i++)
        fprintf(f, " g%u=%s.g%u.npy g%u=@g%u.out.npy", i, base, i, i, i);
    fprintf(f, "\n.kernel recorded, core=%s\n", core_name(d));
    for (unsigned i = 0; dv_machine_allocation(d->machine, i, &name, &at, &bytes); i++)
        fprintf(f, ".param  g%u, inout, u8[%" PRIu64 "] ; %s\n", i, bytes, name ? name : "");
    fprintf(f, ".blocks %u\n", d->launch.blocks);
    if (d->launch.kind == DV_CCE_MIX && !DV_P(&d->chip, merged))
        fprintf(f, ".entry  aic, from_aic\n.entry  aiv, from_aiv\n");
}

/* Every core of a kind goes to its own stream. */
static void dispatch(FILE *f, const struct dv_record *r, unsigned kind, const char *label)
{
    fprintf(f,
            "%s:\n    mov x1, blockid\n    mov x2, %s\n    mov x3, 2\n"
            "    mul.s64 x1, x1, x3\n    add.s64 x1, x1, x2\n",
            label, kind > DV_AIV ? "0" : "subblockid");
    for (unsigned i = 0; i < r->parts; i++) {
        const struct part *p = &r->part[i];
        if (p->kind != kind)
            continue;
        fprintf(f, "    mov x2, %u\n    jumpcmp.ne.s64 x1, x2, not%u\n    jump part%u\nnot%u:\n",
                2 * p->block + p->sub, i, i, i);
    }
    fprintf(f, "    end\n");
}

static bool copy(FILE *from, FILE *to)
{
    char block[4096];
    size_t n;

    rewind(from);
    while ((n = fread(block, 1, sizeof block, from)))
        fwrite(block, 1, n, to);
    return !ferror(from);
}

static enum dv_err write_out(FILE *f, struct dv_cce *d, const struct dv_record *r)
{
    bool seen[3] = {0};

    head(f, d);
    for (unsigned i = 0; i < r->parts; i++) {
        unsigned kind = r->part[i].kind;
        if (!seen[kind])
            dispatch(f, r, kind,
                     d->launch.kind != DV_CCE_MIX || kind > DV_AIV ? "recorded"
                     : kind == DV_AIC                              ? "from_aic"
                                                                   : "from_aiv");
        seen[kind] = true;
    }
    for (unsigned i = 0; i < r->parts; i++) {
        fprintf(f, "part%u: ; block %u\n", i, r->part[i].block);
        if (!copy(r->part[i].f, f))
            return dv_fail(&d->diag, DV_E_IO, "cannot read what was recorded: %s", strerror(errno));
        fprintf(f, "    end\n    .loc\n");
    }
    return DV_OK;
}

enum dv_err dv_record_end(struct dv_record *r, struct dv_cce *d)
{
    enum dv_err e = DV_OK;
    FILE *f;

    if (!r)
        return DV_OK;
    if (r->failed)
        e = dv_fail(&d->diag, DV_E_MEMORY, "out of memory for the recording");
    else if (r->full)
        e = dv_fail(&d->diag, DV_E_LIMIT, "%s: more than %d instructions; record a smaller launch",
                    d->record_path, MOST);
    else if (!(f = fopen(d->record_path, "w")))
        e = dv_fail(&d->diag, DV_E_IO, "cannot write %s: %s", d->record_path, strerror(errno));
    else {
        e = write_out(f, d, r);
        if ((ferror(f) | fclose(f)) && !e)
            e = dv_fail(&d->diag, DV_E_IO, "cannot write %s: %s", d->record_path, strerror(errno));
    }
    dv_record_free(r);
    return e;
}
