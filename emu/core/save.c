/* Save and restore: the state block, the memory back end, GM as far as it is allocated, and the
 * tables of writers. */
#include "emu/core/state.h"

#include <stdlib.h>

struct header {
    uint64_t magic, state, backend, gm;
    uint32_t fault, writers;
};

enum { MAGIC = 0x64763031 };

static size_t backend_size(const struct dv_machine *m)
{
    return m->mem.size ? m->mem.size(m->mem.self) : 0;
}

static uint64_t writer_bytes(const struct dv_machine *m, unsigned i)
{
    return (m->st->alloc[i].bytes / 32 + 1) * sizeof(struct dv_writer);
}

static bool watched(const struct dv_machine *m, unsigned i)
{
    return m->writer && m->writer[i];
}

size_t dv_machine_save_size(const struct dv_machine *m)
{
    size_t n = sizeof(struct header) + m->st->bytes + backend_size(m) + m->st->gm_used +
               sizeof m->diag + DV_ALLOCS;
    for (unsigned i = 0; i < m->st->allocs; i++)
        n += watched(m, i) ? writer_bytes(m, i) : 0;
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
    uint8_t *p = put(out, &h, sizeof h);

    p = put(p, m->st, m->st->bytes);
    if (h.backend)
        m->mem.save(m->mem.self, p);
    p += h.backend;
    p = put(p, &m->diag, sizeof m->diag);
    p = put(p, m->gm, m->st->gm_used);
    for (unsigned i = 0; i < DV_ALLOCS; i++)
        *p++ = i < m->st->allocs && watched(m, i);
    for (unsigned i = 0; i < m->st->allocs; i++)
        if (watched(m, i))
            p = put(p, m->writer[i], writer_bytes(m, i));
}

/* What an image consists of; pointers into it. */
struct image {
    struct header h;
    const uint8_t *state, *backend, *diag, *gm, *watched, *writers;
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

/* False when the image is of another machine, cut or too long. */
static bool image_read(const struct dv_machine *m, struct image *f, const uint8_t *p, size_t bytes)
{
    f->left = bytes;
    const uint8_t *head = take(f, &p, sizeof f->h);
    if (!head)
        return false;
    memcpy(&f->h, head, sizeof f->h);
    if (f->h.magic != MAGIC || f->h.state != m->st->bytes || f->h.backend != backend_size(m) ||
        f->h.gm > m->gm_bytes || f->h.fault > DV_E_MEMORY)
        return false;
    f->state = take(f, &p, f->h.state);
    f->backend = take(f, &p, f->h.backend);
    f->diag = take(f, &p, sizeof m->diag);
    f->gm = take(f, &p, f->h.gm);
    f->watched = take(f, &p, DV_ALLOCS);
    f->writers = p;
    return p != NULL;
}

/* The writers' tables fill the rest exactly; m->st is the new state. */
static bool writers_fit(const struct dv_machine *m, const struct image *f)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < DV_ALLOCS; i++) {
        if (f->watched[i] && i >= m->st->allocs)
            return false;
        n += f->watched[i] ? writer_bytes(m, i) : 0;
    }
    return n == f->left;
}

static bool writers_restore(struct dv_machine *m, const uint8_t *flags, const uint8_t *p)
{
    for (unsigned i = 0; i < DV_ALLOCS; i++) {
        if (m->writer) {
            free(m->writer[i]);
            m->writer[i] = NULL;
        }
        if (!flags[i])
            continue;
        if (!m->writer)
            m->writer = calloc(DV_ALLOCS, sizeof *m->writer);
        if (!m->writer || !(m->writer[i] = malloc(writer_bytes(m, i))))
            return false;
        memcpy(m->writer[i], p, writer_bytes(m, i));
        p += writer_bytes(m, i);
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
    bool sound = dv_state_sound(m, own) && copy->gm_used == f->h.gm && writers_fit(m, f);
    memcpy(m->fences, fences, sizeof fences);
    m->st = own;
    m->fault = fault;
    m->diag = diag;
    if (sound) {
        memcpy(own, copy, f->h.state);
        memset(m->memo, 0, sizeof m->memo);
    }
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

    if (!image_read(m, &f, in, bytes))
        return dv_fail(d, DV_E_OBJECT, "the saved state is of another machine, or not whole");
    enum dv_err err = state_restore(m, &f, d);
    if (err)
        return err;
    if (f.h.backend)
        m->mem.restore(m->mem.self, f.backend);
    diag_restore(&m->diag, f.diag);
    memcpy(m->gm, f.gm, f.h.gm);
    m->fault = (enum dv_err)f.h.fault;
    if (!dv_fences_build(m, m->st->kernel))
        return dv_fail(d, DV_E_MEMORY, "out of memory for the table of buffers");
    if (!writers_restore(m, f.watched, f.writers))
        return dv_fail(d, DV_E_MEMORY, "out of memory for the write table");
    return DV_OK;
}
