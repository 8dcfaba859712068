/* Without payload: which instruction would have written bytes of UB and GM, so that S is told who
 * when it loads them. Entries are op + 1, 0 = nobody. A block of 32 bytes counts as written when a
 * byte of it is. GM has an entry a line, and entries a block where a line was written in parts. */
#include "emu/core/state.h"
#include "emu/core/traffic.h"

#include <stdlib.h>

enum { BLOCK = 32, LINE_BLOCKS = DV_LINE / BLOCK };

static inline void fill(uint32_t *p, uint64_t n, uint32_t who)
{
    for (uint64_t i = 0; i < n; i++)
        p[i] = who;
}

/* ---- GM -------------------------------------------------------------------------------------- */

uint64_t dv_skipped_bytes(const struct dv_machine *m, unsigned alloc, bool blocks)
{
    uint64_t lines = m->st->alloc[alloc].bytes / DV_LINE + 1;
    return lines * (blocks ? LINE_BLOCKS : 1) * sizeof(uint32_t);
}

void dv_skipped_free(struct dv_machine *m, unsigned alloc)
{
    free(m->skipped[alloc].line);
    free(m->skipped[alloc].block);
    m->skipped[alloc] = (struct dv_skipped){NULL, NULL};
}

/* Blocks [from, to) of one line. */
static bool note_part(struct dv_machine *m, unsigned alloc, uint64_t from, uint64_t to,
                      uint32_t who)
{
    struct dv_skipped *t = &m->skipped[alloc];
    uint64_t line = from / LINE_BLOCKS;

    if (from == to || t->line[line] == who)
        return true;
    if (!t->block && !(t->block = calloc(1, dv_skipped_bytes(m, alloc, true))))
        return false;
    if (t->line[line] != DV_SKIPPED_PARTS)
        fill(&t->block[line * LINE_BLOCKS], LINE_BLOCKS, t->line[line]);
    t->line[line] = DV_SKIPPED_PARTS;
    fill(&t->block[from], to - from, who);
    return true;
}

/* Bytes [lo, hi) of an allocation. Behind its last block is nothing: that line is whole. */
static bool note_row(struct dv_machine *m, unsigned alloc, uint64_t lo, uint64_t hi, uint32_t who)
{
    uint64_t from = lo / BLOCK, to = (hi + BLOCK - 1) / BLOCK;

    if (to == (m->st->alloc[alloc].bytes + BLOCK - 1) / BLOCK)
        to = (to + LINE_BLOCKS - 1) / LINE_BLOCKS * LINE_BLOCKS;
    uint64_t first = (from + LINE_BLOCKS - 1) / LINE_BLOCKS, last = to / LINE_BLOCKS;
    if (first > last)
        return note_part(m, alloc, from, to, who);
    fill(&m->skipped[alloc].line[first], last - first, who);
    return note_part(m, alloc, from, first * LINE_BLOCKS, who) &&
           note_part(m, alloc, last * LINE_BLOCKS, to, who);
}

static bool note_gm(struct dv_machine *m, const struct dv_strided *p, uint32_t who)
{
    uint64_t lo, hi;

    dv_strided_hull(p, &lo, &hi);
    int i = dv_gm_find(m, lo, hi);
    if (lo == hi || i < 0)
        return true;
    if (!m->skipped[i].line && !(m->skipped[i].line = calloc(1, dv_skipped_bytes(m, i, false))))
        return false;
    lo = p->base - m->st->alloc[i].address;
    for (uint32_t r = 0; r < p->rows; r++, lo += (uint64_t)p->pitch)
        if (!note_row(m, (unsigned)i, lo, lo + p->bytes, who))
            return false;
    return true;
}

static uint32_t gm_at(const struct dv_machine *m, uint64_t address)
{
    int i = dv_gm_nearest(m, address);
    const struct dv_skipped *t = i < 0 ? NULL : &m->skipped[i];

    if (!t || !t->line || address - m->st->alloc[i].address >= m->st->alloc[i].bytes)
        return 0;
    address -= m->st->alloc[i].address;
    uint32_t who = t->line[address / DV_LINE];
    return who == DV_SKIPPED_PARTS ? t->block[address / BLOCK] : who;
}

/* ---- both ------------------------------------------------------------------------------------ */

static uint32_t *ub_table(struct dv_machine *m, const struct dv_core *c)
{
    return (uint32_t *)((uint8_t *)m->st + c->taint);
}

static void note_ub(struct dv_machine *m, struct dv_core *c, const struct dv_strided *p,
                    uint32_t who)
{
    uint32_t *table = ub_table(m, c);
    uint64_t lo = p->base;

    for (uint32_t r = 0; r < p->rows; r++, lo += (uint64_t)p->pitch)
        fill(&table[lo / BLOCK], (lo + p->bytes + BLOCK - 1) / BLOCK - lo / BLOCK, who);
}

bool dv_taint_note(struct dv_machine *m, struct dv_core *c, const struct dv_strided *p, uint32_t op)
{
    if (p->space == DV_SPACE_UB)
        note_ub(m, c, p, op + 1);
    return p->space != DV_SPACE_GM || note_gm(m, p, op + 1);
}

uint32_t dv_taint_find(struct dv_machine *m, struct dv_core *c, unsigned space, uint64_t address,
                       unsigned bytes)
{
    for (uint64_t a = address; m->opt.data_off && a < address + bytes; a = (a | (BLOCK - 1)) + 1) {
        uint32_t who = space == DV_SPACE_UB ? ub_table(m, c)[a / BLOCK] : gm_at(m, a);
        if (who)
            return who - 1;
    }
    return UINT32_MAX;
}
