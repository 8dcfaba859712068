/* Save and restore: the state block, the memory back end, GM as far as it is allocated, and the
 * tables of writers, of payload written and of payload skipped. */
#include "emu/core/replay.h"

#include <stdlib.h>

struct header {
    uint64_t magic, state, backend, gm;
    uint32_t fault, writers;
};

enum { MAGIC = 0x64763032 };

static size_t backend_size(const struct dv_machine *m)
{
    return m->mem.size ? m->mem.size(m->mem.self) : 0;
}

/* What may be kept of an allocation; a bit of its byte in the image each, in this order there. */
enum table { WRITERS, SKIPPED_LINES, SKIPPED_BLOCKS, TABLES };

static uint64_t table_bytes(const struct dv_machine *m, unsigned alloc, enum table t)
{
    if (t == WRITERS)
        return (m->st->alloc[alloc].bytes / 32 + 1) * sizeof(struct dv_writer);
    return dv_skipped_bytes(m, alloc, t == SKIPPED_BLOCKS);
}

static const void *table_of(const struct dv_machine *m, unsigned alloc, enum table t)
{
    if (t == WRITERS)
        return m->writer ? m->writer[alloc] : NULL;
    return t == SKIPPED_LINES ? m->skipped[alloc].line : m->skipped[alloc].block;
}

size_t dv_machine_save_size(const struct dv_machine *m)
{
    if (m->native.resume) /* the stacks of host code cannot be saved */
        return 0;
    size_t n = sizeof(struct header) + m->st->bytes + backend_size(m) + m->st->gm_used +
               sizeof m->diag + DV_ALLOCS;
    for (unsigned i = 0; i < m->st->allocs; i++)
        for (unsigned t = 0; t < TABLES; t++)
            n += table_of(m, i, t) ? table_bytes(m, i, t) : 0;
    return n;
}

static uint8_t *put(uint8_t *to, const void *from, size_t n)
{
    memcpy(to, from, n);
    return to + n;
}

void dv_machine_save(const struct dv_machine *m, void *out)
{
    struct header h = {MAGIC, m->st->bytes, backend_size(m), m->st->gm_used, (uint32_t)m->fault, 0};
    if (m->native.resume)
        return;
    uint8_t *p = put(out, &h, sizeof h);

    p = put(p, m->st, m->st->bytes);
    if (h.backend)
        m->mem.save(m->mem.self, p);
    p += h.backend;
    p = put(p, &m->diag, sizeof m->diag);
    p = put(p, m->gm, m->st->gm_used);
    memset(p, 0, DV_ALLOCS);
    uint8_t *kept = p;
    p += DV_ALLOCS;
    for (unsigned i = 0; i < m->st->allocs; i++)
        for (unsigned t = 0; t < TABLES; t++)
            if (table_of(m, i, t)) {
                kept[i] |= (uint8_t)(1u << t);
                p = put(p, table_of(m, i, t), table_bytes(m, i, t));
            }
}

/* What an image consists of; pointers into it. */
struct image {
    struct header h;
    const uint8_t *state, *backend, *diag, *gm, *kept, *tables;
    size_t left; /* bytes not taken yet */
};

static const uint8_t *take(struct image *f, const uint8_t **at, uint64_t n)
{
    const uint8_t *p = *at;

    if (!p || n > f->left)
        return *at = NULL;
    f->left -= n;
    *at += n;
    return p;
}

static bool backend_accepts(const struct dv_machine *m, const uint8_t *p, uint64_t bytes)
{
    return m->mem.accept ? m->mem.accept(m->mem.self, p, bytes) : bytes == backend_size(m);
}

/* False when the image is of another machine, cut or too long. */
static bool image_read(const struct dv_machine *m, struct image *f, const uint8_t *p, size_t bytes)
{
    f->left = bytes;
    const uint8_t *head = take(f, &p, sizeof f->h);
    if (!head)
        return false;
    memcpy(&f->h, head, sizeof f->h);
    if (f->h.magic != MAGIC || f->h.state != m->st->bytes || f->h.gm > m->gm_bytes ||
        f->h.fault > DV_E_MEMORY)
        return false;
    f->state = take(f, &p, f->h.state);
    f->backend = take(f, &p, f->h.backend);
    f->diag = take(f, &p, sizeof m->diag);
    f->gm = take(f, &p, f->h.gm);
    f->kept = take(f, &p, DV_ALLOCS);
    f->tables = p;
    return p != NULL && backend_accepts(m, f->backend, f->h.backend);
}

/* Blocks go with lines, and both with a machine that skips. */
static bool kept_sound(const struct dv_machine *m, unsigned alloc, uint8_t kept)
{
    uint8_t lines = 1u << SKIPPED_LINES, blocks = 1u << SKIPPED_BLOCKS;

    return (!kept || alloc < m->st->allocs) && kept < 1u << TABLES &&
           (!(kept & (lines | blocks)) || m->opt.data_off) && (!(kept & blocks) || kept & lines);
}

/* The tables fill the rest exactly, and what is in them can be; m->st is the new state. */
static bool tables_sound(const struct dv_machine *m, const struct image *f)
{
    const uint8_t *p = f->tables;
    uint64_t left = f->left;

    for (unsigned i = 0; i < DV_ALLOCS; i++) {
        if (!kept_sound(m, i, f->kept[i]))
            return false;
        for (unsigned t = 0; t < TABLES; t++) {
            uint64_t n = f->kept[i] >> t & 1 ? table_bytes(m, i, t) : 0;
            bool parts = t == SKIPPED_LINES && f->kept[i] >> SKIPPED_BLOCKS & 1;
            if (n > left || (t != WRITERS && !dv_skipped_sound(m, p, n, parts)))
                return false;
            p += n;
            left -= n;
        }
    }
    return !left;
}

static void tables_free(struct dv_machine *m)
{
    for (unsigned i = 0; i < DV_ALLOCS; i++) {
        dv_skipped_free(m, i);
        if (m->writer) {
            free(m->writer[i]);
            m->writer[i] = NULL;
        }
    }
}

static bool table_restore(struct dv_machine *m, unsigned alloc, enum table t, const uint8_t *p)
{
    void *to = NULL;

    if (t == WRITERS && !m->writer && !(m->writer = calloc(DV_ALLOCS, sizeof *m->writer)))
        return false;
    if (!(to = malloc(table_bytes(m, alloc, t))))
        return false;
    memcpy(to, p, table_bytes(m, alloc, t));
    if (t == WRITERS)
        m->writer[alloc] = to;
    else if (t == SKIPPED_LINES)
        m->skipped[alloc].line = to;
    else
        m->skipped[alloc].block = to;
    return true;
}

static bool tables_restore(struct dv_machine *m, const uint8_t *kept, const uint8_t *p)
{
    tables_free(m);
    for (unsigned i = 0; i < m->st->allocs; i++)
        for (unsigned t = 0; t < TABLES; t++) {
            if (!(kept[i] >> t & 1))
                continue;
            if (!table_restore(m, i, t, p))
                return false;
            p += table_bytes(m, i, t);
        }
    return true;
}

/* Looks at the state in a copy, so that a refused image changes nothing. */
static enum dv_err state_restore(struct dv_machine *m, const struct image *f, struct dv_diag *d)
{
    struct dv_state *own = m->st, *copy = malloc(f->h.state);
    struct dv_fences fences[DV_SPACE_COUNT];
    struct dv_diag diag = m->diag;
    enum dv_err fault = m->fault;

    if (!copy)
        return dv_fail(d, DV_E_MEMORY, "out of memory for a saved state");
    memcpy(copy, f->state, f->h.state);
    memcpy(fences, m->fences, sizeof fences); /* those of another launch, perhaps */
    memset(m->fences, 0, sizeof fences);
    m->st = copy;
    m->fault = DV_OK;
    bool sound = dv_state_sound(m, own) && copy->gm_used == f->h.gm && tables_sound(m, f);
    memcpy(m->fences, fences, sizeof fences);
    m->st = own;
    m->fault = fault;
    m->diag = diag;
    if (sound)
        memcpy(own, copy, f->h.state);
    free(copy);
    return sound ? DV_OK : dv_fail(d, DV_E_OBJECT, "the saved state is damaged");
}

/* The record of a fault, its texts ended whatever the image says. */
static void diag_restore(struct dv_diag *d, const uint8_t *p)
{
    memcpy(d, p, sizeof *d);
    d->text[sizeof d->text - 1] = d->fix[sizeof d->fix - 1] = 0;
    for (struct dv_place *at = &d->at; at; at = at == &d->at ? &d->other : NULL) {
        at->file[sizeof at->file - 1] = at->insn[sizeof at->insn - 1] = 0;
        at->operand[sizeof at->operand - 1] = at->buffer[sizeof at->buffer - 1] = 0;
        at->space[sizeof at->space - 1] = 0;
    }
}

enum dv_err dv_machine_restore(struct dv_machine *m, const void *in, size_t bytes,
                               struct dv_diag *d)
{
    struct image f;

    if (m->native.resume)
        return dv_fail(d, DV_E_CONFIG,
                       "a machine that runs host code is neither saved nor restored");
    if (!image_read(m, &f, in, bytes))
        return dv_fail(d, DV_E_OBJECT, "the saved state is of another machine, or not whole");
    enum dv_err err = state_restore(m, &f, d);
    if (err)
        return err;
    if (f.h.backend)
        m->mem.restore(m->mem.self, f.backend);
    dv_replay_reset(m);
    diag_restore(&m->diag, f.diag);
    memcpy(m->gm, f.gm, f.h.gm);
    m->fault = (enum dv_err)f.h.fault;
    if (!dv_fences_build(m, m->st->kernel))
        return dv_fail(d, DV_E_MEMORY, "out of memory for the table of buffers");
    if (!tables_restore(m, f.kept, f.tables))
        return dv_fail(d, DV_E_MEMORY, "out of memory for the write table");
    return DV_OK;
}
