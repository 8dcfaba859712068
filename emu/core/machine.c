/* The chip: making it, loading an object, reading results. */
#include "emu/core/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { CODE_WORDS = 1 << 24 };

/* ---- making and freeing ---------------------------------------------------------------------- */

static void sizes_fill(struct dv_machine *m)
{
    const struct dv_chip *k = &m->chip;
    struct dv_sizes *aic = &m->sizes[DV_AIC], *aiv = &m->sizes[DV_AIV], *one = &m->sizes[DV_C100];

    aic->bytes[DV_SPACE_L1] = (uint32_t)DV_P(k, l1_bytes);
    aic->bytes[DV_SPACE_L0A] = (uint32_t)DV_P(k, l0a_bytes);
    aic->bytes[DV_SPACE_L0B] = (uint32_t)DV_P(k, l0b_bytes);
    aic->bytes[DV_SPACE_L0C] = (uint32_t)DV_P(k, l0c_bytes);
    aic->bytes[DV_SPACE_BT] = (uint32_t)DV_P(k, bt_bytes);
    aic->bytes[DV_SPACE_FB] = (uint32_t)DV_P(k, fb_bytes);
    aiv->bytes[DV_SPACE_UB] = (uint32_t)DV_P(k, ub_bytes);
    *one = *aic;
    one->bytes[DV_SPACE_UB] = (uint32_t)DV_P(k, ub_bytes);
}

static uint64_t core_bytes(const struct dv_machine *m, unsigned kind)
{
    uint64_t n = 0;
    for (unsigned s = 0; s < DV_SPACE_COUNT; s++)
        n += (dv_local_bytes(&m->sizes[kind], s) + 63) / 64 * 64;
    return n + (m->opt.data_off ? ((uint64_t)m->sizes[kind].bytes[DV_SPACE_UB] / 32 + 16) * 4 : 0);
}

/* Kind and number of every core: AICs first, then AIVs; merged cores stand alone. */
static unsigned core_kind(const struct dv_chip *k, unsigned i)
{
    if (DV_P(k, merged))
        return DV_C100;
    return i < DV_P(k, aic) ? DV_AIC : DV_AIV;
}

static unsigned core_count(const struct dv_chip *k)
{
    return (unsigned)(DV_P(k, merged) ? DV_P(k, merged) : DV_P(k, aic) + DV_P(k, aiv));
}

static uint64_t locals_place(struct dv_machine *m, struct dv_core *c, uint64_t at)
{
    const uint32_t *bytes = m->sizes[c->kind].bytes;

    for (unsigned s = 0; s < DV_SPACE_COUNT; s++) {
        c->local[s] = at;
        at += (dv_local_bytes(&m->sizes[c->kind], s) + 63) / 64 * 64;
    }
    c->taint = at;
    return at + (m->opt.data_off ? ((uint64_t)bytes[DV_SPACE_UB] / 32 + 16) * 4 : 0);
}

static bool state_make(struct dv_machine *m)
{
    unsigned n = core_count(&m->chip);
    uint64_t head = sizeof(struct dv_state) + n * sizeof(struct dv_core), bytes = head;

    for (unsigned i = 0; i < n; i++)
        bytes += core_bytes(m, core_kind(&m->chip, i)) + 64;
    /* mapped, not allocated: of most cores nothing is ever touched */
    m->st = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                 -1, 0);
    if (m->st == MAP_FAILED)
        m->st = NULL;
    if (!m->st)
        return false;
    m->look = calloc(n, sizeof *m->look);
    if (!m->look)
        return false;
    m->st->bytes = bytes;
    m->st->cores = n;
    for (unsigned i = 0; i < n; i++) {
        struct dv_core *c = &m->st->core[i];
        c->kind = (uint8_t)core_kind(&m->chip, i);
        /* Physical ids of c220: cube 0..24, vector 25..74 (isa.md 4.4). */
        c->coreid = (uint8_t)(c->kind == DV_AIV ? 25 + i - DV_P(&m->chip, aic) : i);
        head = locals_place(m, c, (head + 63) / 64 * 64);
    }
    return true;
}

static unsigned blame_kind(unsigned from)
{
    switch (from) {
    case DV_FROM_MEASURED:
        return DV_BLAME_measured;
    case DV_FROM_DOCUMENTED:
    case DV_FROM_PUBLISHED:
        return DV_BLAME_documented;
    case DV_FROM_FITTED:
        return DV_BLAME_fitted;
    case DV_FROM_INFERRED:
        return DV_BLAME_inferred;
    case DV_FROM_GUESS:
    case DV_FROM_RECALLED:
        return DV_BLAME_guess;
    default:
        return DV_BLAME_ours;
    }
}

static void blame_fill(struct dv_machine *m)
{
    for (unsigned n = 0; n < DV_CHIP_PARAM_COUNT + m->chip.costs; n++)
        m->blame[n] = (uint8_t)blame_kind(dv_chip_origin(&m->chip, n)->from);
}

struct dv_machine *dv_machine_new(const struct dv_chip *chip, const struct dv_machine_opts *o,
                                  struct dv_diag *d)
{
    struct dv_machine *m = calloc(1, sizeof *m);

    if (!m) {
        dv_fail(d, DV_E_MEMORY, "out of memory");
        return NULL;
    }
    m->chip = *chip;
    m->opt = *o;
    dv_diag_init(&m->diag);
    sizes_fill(m);
    m->limit = dv_limit_of(o->max_cycles);
    blame_fill(m);
    dv_sem_init();
    if (!dv_mem_new(&m->chip, &m->mem) || !state_make(m)) {
        dv_fail(d, DV_E_MEMORY, "out of memory for %u cores", core_count(chip));
        dv_machine_free(m);
        return NULL;
    }
    if (dv_gm_reserve(m, o->gm_bytes ? o->gm_bytes : 64ull << 30, d)) {
        dv_machine_free(m);
        return NULL;
    }
    return m;
}

static void memory_release(struct dv_machine *m)
{
    if (m->mem.release)
        m->mem.release(m->mem.self);
}

void dv_machine_memory(struct dv_machine *m, const struct dv_mem_backend *backend)
{
    memory_release(m);
    m->mem = *backend;
}

void dv_machine_free(struct dv_machine *m)
{
    if (!m)
        return;
    memory_release(m);
    dv_replay_free(m);
    dv_feed_free(m);
    dv_gm_release(m);
    dv_fences_free(m);
    free(m->code.op);
    free(m->code.cost);
    dv_picture_free(m);
    free(m->peek);
    free(m->look);
    if (m->st)
        munmap(m->st, m->st->bytes);
    free(m);
}

/* ---- loading --------------------------------------------------------------------------------- */

void dv_code_word(struct dv_machine *m, uint32_t i, uint32_t word)
{
    struct dv_op *op = &m->code.op[i];
    dv_time issue = m->opt.time_off ? DV_CYCLE : DV_P(&m->chip, scalar_issue);

    if (m->native.resume && !m->opt.time_off) /* what the host computes for it */
        issue += DV_P(&m->chip, scalar_native);
    if (dv_isa_decode(word, m->obj->kinds, op, NULL, NULL) != DV_OK)
        op->exec = UINT8_MAX; /* decoded again, with its reason, when S gets there */
    m->crosses |= op->exec == DV_EXEC_ENGINE &&
                  (op->sem == DV_ENGINE_set_cross_core || op->sem == DV_ENGINE_wait_flag_dev);
    m->hards |= op->exec == DV_EXEC_ENGINE && dv_flag_hard(op);
    for (unsigned jumped = 0; jumped < 2; jumped++) {
        dv_time extra =
            m->opt.time_off || op->exec == UINT8_MAX ? 0 : dv_time_scalar(&m->chip, op, jumped);
        m->code.cost[2 * i + jumped] = (uint32_t)(issue + extra);
    }
}

/* One data section at its linked address, which lies at or after what is already handed out. */
static enum dv_err section_place(struct dv_machine *m, const struct dv_obj *o, unsigned s,
                                 struct dv_diag *d)
{
    static const char *const name[DV_SECTIONS] = {".text", ".rodata", ".data", ".bss"};
    uint64_t offset = o->address[s] - DV_GM_BASE, at;

    if (o->address[s] < DV_GM_BASE + m->st->gm_used || offset % 512 || offset >= m->gm_bytes)
        return dv_fail(d, DV_E_OBJECT, "section %s is linked at 0x%llx, not in free GM", name[s],
                       (unsigned long long)o->address[s]);
    m->st->gm_used = offset;
    if (dv_machine_alloc(m, name[s], o->section[s].n, &at, d))
        return DV_E_MEMORY;
    void *host = m->gm + offset;
    if (o->section[s].p)
        memcpy(host, o->section[s].p, o->section[s].n);
    else
        memset(host, 0, o->section[s].n);
    return DV_OK;
}

static enum dv_err data_place(struct dv_machine *m, const struct dv_obj *o, struct dv_diag *d)
{
    enum dv_err err = DV_OK;

    for (unsigned s = DV_RODATA; s < DV_SECTIONS && !err; s++)
        if (o->section[s].n)
            err = section_place(m, o, s, d);
    return err;
}

enum dv_err dv_machine_load(struct dv_machine *m, const struct dv_obj *obj, struct dv_diag *d)
{
    const struct dv_bytes *text = &obj->section[DV_TEXT];
    uint32_t words = (uint32_t)(text->n / 4);

    if (obj->vendor)
        return dv_fail(d, DV_E_OBJECT,
                       "an object of the vendor's compiler: its words can be "
                       "printed (dv dis) but not run");
    if (!obj->final)
        return dv_fail(d, DV_E_OBJECT, "a relocatable object: link it first (dv ld)");
    if (text->n == 0 || text->n % 4 || text->n / 4 > CODE_WORDS)
        return dv_fail(d, DV_E_OBJECT, ".text has %llu bytes: not 1..%d whole words",
                       (unsigned long long)text->n, CODE_WORDS);
    m->obj = obj;
    m->code.words = words;
    m->code.op = calloc(words, sizeof *m->code.op);
    m->code.cost = calloc(words, 2 * sizeof *m->code.cost);
    if (!m->code.op || !m->code.cost)
        return dv_fail(d, DV_E_MEMORY, "out of memory for %u words of code", words);
    for (uint32_t i = 0; i < words; i++) {
        uint32_t word;
        memcpy(&word, text->p + 4ull * i, 4);
        dv_code_word(m, i, word);
    }
    return m->opt.feed ? dv_feed_place(m, d) : data_place(m, obj, d);
}

/* ---- results --------------------------------------------------------------------------------- */

uint64_t dv_machine_gm_room(const struct dv_machine *m)
{
    return m->gm_bytes;
}

uint64_t dv_machine_gm_used(const struct dv_machine *m)
{
    return m->st->gm_used;
}

uint32_t dv_machine_kernel(const struct dv_machine *m)
{
    return m->st->kernel;
}

unsigned dv_machine_cores(const struct dv_machine *m)
{
    return m->st->cores;
}

const struct dv_core_stats *dv_machine_core(const struct dv_machine *m, unsigned core)
{
    return core < m->st->cores ? &m->st->core[core].stats : NULL;
}

dv_time dv_machine_cycles(const struct dv_machine *m)
{
    dv_time most = 0;
    for (unsigned i = 0; i < m->st->cores; i++) {
        const struct dv_core_stats *s = &m->st->core[i].stats;
        if (s->blocks && s->last - s->first > most)
            most = s->last - s->first;
    }
    return most;
}

dv_time dv_machine_end(const struct dv_machine *m)
{
    dv_time end = 0;

    for (unsigned i = 0; i < m->st->cores; i++)
        if (m->st->core[i].stats.blocks && m->st->core[i].stats.last > end)
            end = m->st->core[i].stats.last;
    return end;
}

const char *dv_machine_simd(const struct dv_machine *m)
{
    return m->opt.no_simd ? "plain" : dv_sem_simd();
}

const struct dv_chip *dv_machine_chip(const struct dv_machine *m)
{
    return &m->chip;
}

uint32_t dv_machine_local_size(const struct dv_machine *m, unsigned core, unsigned space)
{
    return m->sizes[m->st->core[core].kind].bytes[space];
}

const void *dv_machine_local(const struct dv_machine *m, unsigned core, unsigned space,
                             uint64_t address, uint64_t bytes)
{
    if (core >= m->st->cores || space >= DV_SPACE_COUNT || space == DV_SPACE_GM)
        return NULL;
    const struct dv_core *c = &m->st->core[core];
    uint64_t size = m->sizes[c->kind].bytes[space];
    if (address > size || bytes > size - address)
        return NULL;
    return (const uint8_t *)m->st + c->local[space] + address;
}

const struct dv_scalar *dv_machine_scalar(const struct dv_machine *m, unsigned core, dv_time *now)
{
    *now = m->st->core[core].now;
    return &m->st->core[core].s;
}

void dv_machine_settle(struct dv_machine *m, unsigned core)
{
    struct dv_core *c = &m->st->core[core];
    if (c->now)
        dv_core_retire(m, c, c->now - 1);
}
