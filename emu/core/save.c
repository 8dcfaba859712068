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

enum dv_err dv_machine_restore(struct dv_machine *m, const void *in, size_t bytes,
                               struct dv_diag *d)
{
    struct header h;
    const uint8_t *p = in;

    if (bytes < sizeof h)
        return dv_fail(d, DV_E_OBJECT, "a saved state of %zu bytes is too short", bytes);
    memcpy(&h, p, sizeof h);
    p += sizeof h;
    if (h.magic != MAGIC || h.state != m->st->bytes || h.backend != backend_size(m) ||
        h.gm > m->gm_bytes)
        return dv_fail(d, DV_E_OBJECT, "the saved state is of another machine");
    memcpy(m->st, p, h.state);
    p += h.state;
    if (h.backend)
        m->mem.restore(m->mem.self, p);
    p += h.backend;
    memcpy(&m->diag, p, sizeof m->diag);
    p += sizeof m->diag;
    memcpy(m->gm, p, h.gm);
    p += h.gm;
    m->fault = (enum dv_err)h.fault;
    if (!writers_restore(m, p, p + DV_ALLOCS))
        return dv_fail(d, DV_E_MEMORY, "out of memory for the write table");
    return DV_OK;
}
