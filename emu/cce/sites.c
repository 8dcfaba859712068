/* Places of intrinsics; see sites.h. */
#include "emu/cce/sites.h"

#include <stdlib.h>
#include <string.h>

enum { PLACES = 1 << 19 }; /* of the hash table; more than twice DV_NATIVE_ROOM */

/* By the addresses of the texts. Equal texts at other addresses, of another translation unit, have
 * a key of their own that names the same entry. */
struct key {
    const char *name, *file;
    uint32_t word;
    int line;
    uint32_t op; /* index + 1, 0 = free */
};

struct dv_sites {
    struct dv_obj *obj;
    struct key *key;
    uint32_t keys;
    struct dv_site *site; /* DV_NATIVE_ROOM */
    uint32_t n;
    uint32_t *by_text; /* PLACES: index + 1, hashed by the texts themselves */
};

/* ---- making ---------------------------------------------------------------------------------- */

static bool object_make(struct dv_sites *s, unsigned kinds)
{
    struct dv_obj *o = s->obj = dv_obj_new();

    if (!o)
        return false;
    o->kinds = kinds;
    o->final = true;
    o->isa_version = dv_isa_version;
    o->line = calloc(DV_NATIVE_ROOM, sizeof *o->line);
    o->section[DV_TEXT].p = calloc(DV_NATIVE_ROOM, 4);
    o->section[DV_TEXT].cap = 4ull * DV_NATIVE_ROOM;
    o->kernel = calloc(1, sizeof *o->kernel);
    o->kernels = o->kernel != NULL;
    return o->line && o->section[DV_TEXT].p && o->kernel;
}

struct dv_sites *dv_sites_new(unsigned kinds)
{
    struct dv_sites *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->key = calloc(PLACES, sizeof *s->key);
    s->by_text = calloc(PLACES, sizeof *s->by_text);
    s->site = calloc(DV_NATIVE_ROOM, sizeof *s->site);
    if (object_make(s, kinds) && s->key && s->by_text && s->site)
        return s;
    dv_sites_free(s);
    return NULL;
}

void dv_sites_free(struct dv_sites *s)
{
    if (!s)
        return;
    dv_obj_free(s->obj);
    free(s->key);
    free(s->by_text);
    free(s->site);
    free(s);
}

struct dv_obj *dv_sites_object(struct dv_sites *s)
{
    return s->obj;
}

const struct dv_site *dv_site(const struct dv_sites *s, uint32_t op)
{
    return op < s->n ? &s->site[op] : NULL;
}

uint32_t dv_sites_count(const struct dv_sites *s)
{
    return s->n;
}

void dv_sites_open(struct dv_sites *s, bool running)
{
    s->obj->section[DV_TEXT].n = 4ull * (running ? DV_NATIVE_ROOM : s->n);
}

/* ---- what is known of an entry --------------------------------------------------------------- */

static bool reads(const struct dv_op *op)
{
    switch (op->sem) {
    case DV_ENGINE_mov_from_spr:
    case DV_ENGINE_ld:
    case DV_ENGINE_ld_dev:
    case DV_ENGINE_ld_ddr:
        return true;
    default:
        return false;
    }
}

/* Instructions of S whose xn is an address. */
static bool addresses(const struct dv_op *op)
{
    switch (op->sem) {
    case DV_ENGINE_ld:
    case DV_ENGINE_st:
    case DV_ENGINE_ldp:
    case DV_ENGINE_stp:
    case DV_ENGINE_ld4:
    case DV_ENGINE_st4:
    case DV_ENGINE_sti:
    case DV_ENGINE_ld_dev:
    case DV_ENGINE_st_dev:
    case DV_ENGINE_ld_ddr:
    case DV_ENGINE_st_ddr:
    case DV_ENGINE_st_atomic:
    case DV_ENGINE_dc_preload:
    case DV_ENGINE_dcci:
        return true;
    default:
        return false;
    }
}

static void site_know(struct dv_site *t, const struct dv_op *op)
{
    const struct dv_insn *in = dv_op_insn(op);

    if (op->exec == UINT8_MAX)
        return;
    for (unsigned i = 0; i < in->operands; i++) {
        unsigned slot = in->operand[i].slot;
        bool gm = in->operand[i].space == DV_SPACE_GM;
        t->operand[slot] = in->operand[i].name;
        t->space[slot] = in->operand[i].space;
        t->holds[slot] = gm ? DV_HOLDS_GM : DV_HOLDS_LOCAL;
    }
    t->returns = op->exec == DV_EXEC_SCALAR || (op->exec == DV_EXEC_ENGINE && reads(op));
    t->ends = op->exec == DV_EXEC_ENGINE && op->sem == DV_ENGINE_end;
    if (op->exec == DV_EXEC_ENGINE && addresses(op))
        t->holds[DV_XN] = DV_HOLDS_EITHER;
}

/* ---- finding --------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t h, uint64_t v)
{
    return (h ^ v) * 0x9e3779b97f4a7c15ull;
}

static uint32_t text_hash(uint32_t word, const struct dv_cce_at *at)
{
    uint64_t h = mix(word, (uint64_t)at->line);

    for (const char *p = at->name; *p; p++)
        h = mix(h, (uint8_t)*p);
    for (const char *p = at->file; *p; p++)
        h = mix(h, (uint8_t)*p);
    return (uint32_t)(h >> 40);
}

/* Index of a file in the object; UINT32_MAX without memory. */
static uint32_t file_of(struct dv_obj *o, const char *file)
{
    char **grown, *copy;

    for (uint32_t i = o->files; i-- > 0;)
        if (!strcmp(o->file[i], file))
            return i;
    grown = realloc(o->file, (o->files + 1) * sizeof *o->file);
    if (grown)
        o->file = grown;
    copy = grown ? strdup(file) : NULL;
    if (!copy)
        return UINT32_MAX;
    o->file[o->files] = copy;
    return o->files++;
}

static uint32_t site_make(struct dv_sites *s, struct dv_machine *m, uint32_t word,
                          const struct dv_cce_at *at)
{
    struct dv_obj *o = s->obj;
    uint32_t file = file_of(o, at->file), op;

    if (file == UINT32_MAX || (op = dv_native_op(m, word)) == DV_NATIVE_FULL)
        return DV_NATIVE_FULL;
    s->site[op] = (struct dv_site){.at = *at, .word = word};
    site_know(&s->site[op], dv_native_decoded(m, op));
    memcpy(o->section[DV_TEXT].p + 4ull * op, &word, sizeof word);
    o->line[op] = (struct dv_line){.pc = 4ull * op, .file = file, .line = (uint32_t)at->line};
    o->lines = s->n = op + 1;
    return op;
}

/* By text: found or made. */
static uint32_t site_of_text(struct dv_sites *s, struct dv_machine *m, uint32_t word,
                             const struct dv_cce_at *at)
{
    uint32_t place = text_hash(word, at) & (PLACES - 1), op;

    for (; s->by_text[place]; place = (place + 1) & (PLACES - 1)) {
        const struct dv_site *t = &s->site[s->by_text[place] - 1];
        if (t->word == word && t->at.line == at->line && !strcmp(t->at.name, at->name) &&
            !strcmp(t->at.file, at->file))
            return s->by_text[place] - 1;
    }
    op = site_make(s, m, word, at);
    if (op != DV_NATIVE_FULL)
        s->by_text[place] = op + 1;
    return op;
}

uint32_t dv_site_find(struct dv_sites *s, struct dv_machine *m, uint32_t word,
                      const struct dv_cce_at *at)
{
    uint64_t h = mix(mix(word, (uintptr_t)at->name), (uintptr_t)at->file);
    uint32_t place = (uint32_t)(mix(h, (uint64_t)at->line) >> 40) & (PLACES - 1), op;
    struct key *k = &s->key[place];

    for (; k->op; k = &s->key[place = (place + 1) & (PLACES - 1)])
        if (k->word == word && k->line == at->line && k->name == at->name && k->file == at->file)
            return k->op - 1;
    op = site_of_text(s, m, word, at);
    if (op != DV_NATIVE_FULL && s->keys < PLACES / 2) {
        *k = (struct key){at->name, at->file, word, at->line, op + 1};
        s->keys++;
    }
    return op;
}
