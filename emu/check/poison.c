/* Marks of bytes and their summary; see poison.h. */
#include "emu/check/poison.h"

#include <string.h>
#include <sys/mman.h>

enum { BLOCK = DV_POISON_BLOCK };

static void *reserve(uint64_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

bool dv_poison_new(struct dv_poison *p, uint64_t base, uint64_t bytes)
{
    p->base = base;
    p->bytes = bytes;
    p->byte = reserve(bytes);
    p->block = p->byte ? reserve(bytes / BLOCK) : NULL;
    if (p->block)
        return true;
    dv_poison_free(p);
    return false;
}

void dv_poison_free(struct dv_poison *p)
{
    if (p->byte)
        munmap(p->byte, p->bytes);
    if (p->block)
        munmap(p->block, p->bytes / BLOCK);
    *p = (struct dv_poison){0};
}

/* First of blocks b .. end - 1 that is not clean. */
static uint64_t dirty_block(const struct dv_poison *p, uint64_t b, uint64_t end)
{
    uint64_t word;

    for (; b + 8 <= end; b += 8) {
        memcpy(&word, p->block + b, 8);
        if (word)
            break;
    }
    while (b < end && !p->block[b])
        b++;
    return b;
}

uint64_t dv_poison_find(const struct dv_poison *p, uint64_t lo, uint64_t hi)
{
    uint64_t from = lo - p->base, to = hi - p->base, end = (to + BLOCK - 1) / BLOCK;

    if (from >= to)
        return hi;
    for (uint64_t b = dirty_block(p, from / BLOCK, end); b < end; b = dirty_block(p, b + 1, end)) {
        uint64_t at = b * BLOCK > from ? b * BLOCK : from;
        uint64_t last = (b + 1) * BLOCK < to ? (b + 1) * BLOCK : to;

        if (p->block[b] != DV_MARK_MIXED)
            return p->base + at;
        for (; at < last; at++)
            if (p->byte[at])
                return p->base + at;
    }
    return hi;
}

uint8_t dv_poison_at(const struct dv_poison *p, uint64_t address)
{
    uint64_t at = address - p->base;
    uint8_t mark = p->block[at / BLOCK];

    return mark == DV_MARK_MIXED ? p->byte[at] : mark;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void open_block(struct dv_poison *p, uint64_t b)
{
    if (p->block[b] == DV_MARK_MIXED)
        return;
    memset(p->byte + b * BLOCK, p->block[b], BLOCK);
    p->block[b] = DV_MARK_MIXED;
}

static void close_block(struct dv_poison *p, uint64_t b)
{
    const uint8_t *byte = p->byte + b * BLOCK;

    p->block[b] = memcmp(byte, byte + 1, BLOCK - 1) ? DV_MARK_MIXED : byte[0];
}

/* Bytes [from, to) of one block. */
static void set_part(struct dv_poison *p, uint64_t from, uint64_t to, uint8_t mark)
{
    if (from == to || p->block[from / BLOCK] == mark)
        return;
    open_block(p, from / BLOCK);
    memset(p->byte + from, mark, to - from);
    close_block(p, from / BLOCK);
}

void dv_poison_set(struct dv_poison *p, uint64_t lo, uint64_t hi, uint8_t mark)
{
    uint64_t from = lo - p->base, to = hi - p->base;
    uint64_t first = (from + BLOCK - 1) / BLOCK, end = to / BLOCK;

    if (from >= to)
        return;
    if (first > end) { /* inside one block */
        set_part(p, from, to, mark);
        return;
    }
    set_part(p, from, first * BLOCK, mark);
    set_part(p, end * BLOCK, to, mark);
    if (mark || dirty_block(p, first, end) < end)
        memset(p->block + first, mark, end - first);
}

void dv_poison_open(struct dv_poison *p, uint64_t lo, uint64_t hi)
{
    for (uint64_t b = (lo - p->base) / BLOCK; b * BLOCK < hi - p->base; b++)
        open_block(p, b);
}

void dv_poison_close(struct dv_poison *p, uint64_t lo, uint64_t hi)
{
    for (uint64_t b = (lo - p->base) / BLOCK; b * BLOCK < hi - p->base; b++)
        close_block(p, b);
}
