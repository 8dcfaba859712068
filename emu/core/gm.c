/* Global memory: one linear host range, guest address = fixed base + offset. Allocations are
 * 512-byte aligned with a red zone behind each; the table is ascending by construction. */
#include "emu/core/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { GM_ALIGN = 512, GM_RED = 512, GM_FILL = 0xa5, GM_LEAST = 1 << 20 };

enum dv_err dv_gm_reserve(struct dv_machine *m, uint64_t bytes, struct dv_diag *d)
{
    void *p = MAP_FAILED;

    /* A host with limited address space gives less; allocations say when it is not enough. */
    for (; p == MAP_FAILED && bytes >= GM_LEAST; bytes /= 2) {
        p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                 -1, 0);
        m->gm_bytes = bytes;
    }
    if (p == MAP_FAILED)
        return dv_fail(d, DV_E_MEMORY, "cannot reserve address space for GM");
    m->gm = p;
    return DV_OK;
}

void dv_gm_release(struct dv_machine *m)
{
    if (m->gm)
        munmap(m->gm, m->gm_bytes);
    for (unsigned i = 0; m->writer && i < DV_ALLOCS; i++)
        free(m->writer[i]);
    for (unsigned i = 0; i < DV_ALLOCS; i++)
        dv_skipped_free(m, i);
    free(m->writer);
    free(m->touch);
}

/* Bytes this host can really back: leaves a fifth of its memory alone. */
static uint64_t host_bytes(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page / 5 * 4 : UINT64_MAX;
}

static uint64_t whole(uint64_t bytes)
{
    return (bytes + GM_RED + GM_ALIGN - 1) / GM_ALIGN * GM_ALIGN;
}

/* Between two allocations, where one was given back, or behind the last: its place in the table,
 * and its offset in GM. */
static uint32_t place_for(const struct dv_machine *m, uint64_t bytes, uint64_t *offset)
{
    const struct dv_state *st = m->st;
    uint64_t end = 0;

    for (uint32_t i = 0; m->holes && i < st->allocs; i++) {
        const struct dv_alloc *a = &st->alloc[i];
        *offset = end;
        if (a->address - DV_GM_BASE >= end && a->address - DV_GM_BASE - end >= whole(bytes))
            return i;
        end = a->address - DV_GM_BASE + whole(a->bytes);
    }
    *offset = st->gm_used;
    return st->allocs;
}

bool dv_machine_release(struct dv_machine *m, uint64_t address)
{
    struct dv_state *st = m->st;
    int i = m->writer || m->touch || m->opt.data_off ? -1 : dv_gm_nearest(m, address);
    uint64_t lo = address - DV_GM_BASE, page = (uint64_t)sysconf(_SC_PAGESIZE);

    if (i < 0 || st->alloc[i].address != address)
        return false;
    uint64_t end = lo + whole(st->alloc[i].bytes);
    uint64_t first = (lo + page - 1) / page * page, last = end / page * page;
    if (last > first)
        madvise(m->gm + first, last - first, MADV_DONTNEED);
    m->freed[m->frees++ % DV_FREED] = st->alloc[i];
    memmove(&st->alloc[i], &st->alloc[i + 1], (st->allocs - 1 - (uint32_t)i) * sizeof *st->alloc);
    st->allocs--;
    if ((uint32_t)i == st->allocs)
        st->gm_used = i ? st->alloc[i - 1].address - DV_GM_BASE + whole(st->alloc[i - 1].bytes) : 0;
    m->holes = st->allocs > 0;
    return true;
}

bool dv_machine_allocation(const struct dv_machine *m, unsigned i, const char **name,
                           uint64_t *address, uint64_t *bytes)
{
    if (i >= m->st->allocs)
        return false;
    *name = m->st->alloc[i].name;
    *address = m->st->alloc[i].address;
    *bytes = m->st->alloc[i].bytes;
    return true;
}

enum dv_err dv_machine_alloc(struct dv_machine *m, const char *name, uint64_t bytes,
                             uint64_t *address, struct dv_diag *d)
{
    struct dv_state *st = m->st;
    uint64_t room = m->gm_bytes - st->gm_used, cap = host_bytes();

    if (st->allocs == DV_ALLOCS)
        return dv_fail(d, DV_E_MEMORY, "more than %d allocations in GM", DV_ALLOCS);
    if (room < 2 * GM_RED || bytes > room - 2 * GM_RED || st->gm_used + bytes > cap)
        return dv_fail(d, DV_E_MEMORY, "%s needs %llu bytes of GM, %llu are left",
                       name ? name : "an allocation", (unsigned long long)bytes,
                       (unsigned long long)((room < cap ? room : cap) & ~511ull));
    uint64_t offset;
    uint32_t at = place_for(m, bytes, &offset);
    struct dv_alloc *a = &st->alloc[at];
    memmove(a + 1, a, (st->allocs++ - at) * sizeof *a);
    snprintf(a->name, sizeof a->name, "%s", name ? name : "");
    a->address = DV_GM_BASE + offset;
    a->bytes = bytes;
    if (offset == st->gm_used)
        st->gm_used += whole(bytes);
    if (!m->opt.data_off)
        memset(m->gm + (a->address - DV_GM_BASE), GM_FILL, bytes);
    *address = a->address;
    return DV_OK;
}

int dv_gm_nearest(const struct dv_machine *m, uint64_t address)
{
    const struct dv_state *st = m->st;
    unsigned lo = 0, hi = st->allocs;

    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        if (st->alloc[mid].address <= address)
            lo = mid + 1;
        else
            hi = mid;
    }
    return (int)lo - 1;
}

int dv_gm_find(const struct dv_machine *m, uint64_t lo, uint64_t hi)
{
    int i = dv_gm_nearest(m, lo);
    const struct dv_alloc *a = i < 0 ? NULL : &m->st->alloc[i];
    return a && hi >= lo && lo - a->address <= a->bytes && hi - a->address <= a->bytes ? i : -1;
}

void *dv_machine_gm(struct dv_machine *m, uint64_t address, uint64_t bytes)
{
    if (address + bytes < address || dv_gm_find(m, address, address + bytes) < 0)
        return NULL;
    return m->gm + (address - DV_GM_BASE);
}

void *dv_machine_contents(struct dv_machine *m, uint64_t *bytes)
{
    *bytes = m->st->gm_used;
    return m->gm;
}

/* ---- contents on demand ---------------------------------------------------------------------- */

/* Of one allocation, as it was when it was asked for: a restored state may say something else. */
struct dv_touch {
    bool wanted;
    uint64_t address, bytes;
    dv_touch_fn fn;
    void *ctx;
};

enum { GM_TOUCHED = 1 };

enum dv_err dv_machine_on_touch(struct dv_machine *m, uint64_t address, dv_touch_fn fn, void *ctx,
                                struct dv_diag *d)
{
    int i = dv_gm_nearest(m, address);

    if (i < 0 || m->st->alloc[i].address != address)
        return dv_fail(d, DV_E_CONFIG, "no GM allocation begins at 0x%llx",
                       (unsigned long long)address);
    if (!m->touch)
        m->touch = calloc(DV_ALLOCS, sizeof *m->touch);
    if (!m->touch)
        return dv_fail(d, DV_E_MEMORY, "out of memory for the contents of GM");
    m->touch[i] = (struct dv_touch){true, address, m->st->alloc[i].bytes, fn, ctx};
    return DV_OK;
}

/* The first byte of the red zone says that the contents were made: no kernel reaches it, and it is
 * saved and restored with them. */
void dv_machine_touch(struct dv_machine *m, uint64_t address)
{
    int i = m->touch ? dv_gm_nearest(m, address) : -1;
    const struct dv_touch *t = i < 0 ? NULL : &m->touch[i];

    if (!t || !t->wanted || t->address != m->st->alloc[i].address ||
        t->bytes != m->st->alloc[i].bytes)
        return;
    uint8_t *host = m->gm + (t->address - DV_GM_BASE);
    if (t->address - DV_GM_BASE + t->bytes >= m->gm_bytes || host[t->bytes] == GM_TOUCHED)
        return;
    host[t->bytes] = GM_TOUCHED;
    memset(host, GM_FILL, t->bytes);
    if (t->fn)
        t->fn(t->ctx, host, t->bytes);
}

void dv_gm_again(struct dv_machine *m)
{
    for (unsigned i = 0; i < m->st->allocs; i++) {
        const struct dv_touch *t = m->touch ? &m->touch[i] : NULL;
        dv_skipped_free(m, i);
        if (t && t->wanted && m->gm[t->address - DV_GM_BASE + t->bytes] == GM_TOUCHED)
            m->gm[t->address - DV_GM_BASE + t->bytes] = GM_FILL;
    }
}

/* ---- who wrote what -------------------------------------------------------------------------- */

static struct dv_writer *writers(struct dv_machine *m, int alloc)
{
    uint64_t n = m->st->alloc[alloc].bytes / 32 + 1;

    if (!m->writer)
        m->writer = calloc(DV_ALLOCS, sizeof *m->writer);
    if (m->writer && !m->writer[alloc])
        m->writer[alloc] = calloc(n, sizeof **m->writer);
    return m->writer ? m->writer[alloc] : NULL;
}

enum dv_err dv_machine_watch_writes(struct dv_machine *m, uint64_t address, uint64_t bytes,
                                    struct dv_diag *d)
{
    int i = dv_gm_find(m, address, address + bytes);
    if (i < 0)
        return dv_fail(d, DV_E_CONFIG, "no GM allocation at 0x%llx", (unsigned long long)address);
    return writers(m, i) ? DV_OK : dv_fail(d, DV_E_MEMORY, "out of memory for the write table");
}

/* Entry of an address; core + 1 == 0 marks "never written". */
static struct dv_writer *writer_at(const struct dv_machine *m, uint64_t address)
{
    int i = m->writer ? dv_gm_nearest(m, address) : -1;
    if (i < 0 || !m->writer[i] || address - m->st->alloc[i].address >= m->st->alloc[i].bytes)
        return NULL;
    return &m->writer[i][(address - m->st->alloc[i].address) / 32];
}

bool dv_machine_writer(const struct dv_machine *m, uint64_t address, struct dv_writer *out)
{
    const struct dv_writer *w = writer_at(m, address);
    if (!w || w->core == 0)
        return false;
    *out = *w;
    out->core--;
    return true;
}

static void note_row(struct dv_machine *m, uint64_t lo, uint64_t hi, const struct dv_writer *who)
{
    for (uint64_t a = lo; a < hi; a = (a | 31) + 1) {
        struct dv_writer *w = writer_at(m, a);
        if (w)
            *w = *who;
    }
}

static void note_part(struct dv_machine *m, struct dv_core *c, const struct dv_strided *p,
                      const struct dv_item *it)
{
    struct dv_writer who = {item_pc(it), it->done.at, c->block, (uint16_t)(core_index(m, c) + 1)};

    if (!(p->rw & DV_WRITE))
        return;
    if (m->opt.data_off && !dv_taint_note(m, c, p, it->op))
        dv_core_fault(m, c, it->op, m->code.op[it->op].pipe, c->now, DV_E_MEMORY,
                      "out of memory for the table of what --data off skipped");
    for (uint32_t r = 0; m->writer && p->space == DV_SPACE_GM && r < p->rows; r++) {
        uint64_t lo = p->base + (uint64_t)(p->pitch * (int64_t)r);
        note_row(m, lo, lo + p->bytes, &who);
    }
}

/* True when hulls tell every byte that a job writes there: no footprint is needed. */
static bool hulls_tell(const struct dv_job *j, unsigned spaces)
{
    for (unsigned i = 0; i < j->hulls; i++)
        if (j->hull[i].rw & DV_WRITE && spaces >> j->hull[i].space & 1 && !j->hull[i].solid)
            return false;
    return true;
}

static void note_hull(struct dv_machine *m, struct dv_core *c, const struct dv_hull *h,
                      const struct dv_item *it)
{
    struct dv_strided p = {.space = h->space, .rw = h->rw, .rows = 1, .base = h->lo};

    p.bytes = (uint32_t)(h->hi - h->lo);
    note_part(m, c, &p, it);
}

void dv_gm_note(struct dv_machine *m, struct dv_core *c, const struct dv_item *it)
{
    const struct dv_job *j = job_of(c, it);
    unsigned spaces = 1u << DV_SPACE_GM | (unsigned)m->opt.data_off << DV_SPACE_UB;
    struct dv_foot *f = &m->foot;
    struct dv_work w;

    if (m->fed || !(j->writes & spaces))
        return;
    if (hulls_tell(j, spaces)) {
        for (unsigned i = 0; i < j->hulls; i++)
            note_hull(m, c, &j->hull[i], it);
        return;
    }
    dv_work_of(m, c, j, &w);
    if (dv_access[dv_op_insn(w.op)->access](&w, f, NULL) != DV_OK)
        return;
    for (unsigned i = 0; i < f->n; i++)
        note_part(m, c, &f->part[i], it);
}
