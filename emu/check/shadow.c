/* Sheets; see shadow.h. The loops over whole blocks are written for the vectoriser. */
#include "emu/check/shadow.h"

#include <stdlib.h>

enum { CHUNK = 256 }; /* blocks looked at in one go */

static void parts_free(struct dv_sheet *s)
{
    free(s->part);
    free(s->byte);
    free(s->byte_who);
    s->part = s->byte = NULL;
    s->byte_who = NULL;
}

bool dv_sheet_make(struct dv_sheet *s, uint32_t bytes, bool owners)
{
    uint32_t blocks = (bytes + DV_SHADOW_BLOCK - 1) / DV_SHADOW_BLOCK;

    *s = (struct dv_sheet){.bytes = blocks * DV_SHADOW_BLOCK};
    s->full = calloc(blocks, sizeof *s->full);
    if (owners)
        s->full_who = calloc(blocks, sizeof *s->full_who);
    if (s->full && (!owners || s->full_who))
        return true;
    dv_sheet_free(s);
    return false;
}

void dv_sheet_free(struct dv_sheet *s)
{
    parts_free(s);
    free(s->full);
    free(s->full_who);
    *s = (struct dv_sheet){0};
}

/* ---- noting ---------------------------------------------------------------------------------- */

/* All of them or none. */
static bool parts_make(struct dv_sheet *s)
{
    if (s->part)
        return true;
    s->part = calloc(s->bytes / DV_SHADOW_BLOCK, sizeof *s->part);
    s->byte = calloc(s->bytes, sizeof *s->byte);
    if (s->full_who)
        s->byte_who = calloc(s->bytes, sizeof *s->byte_who);
    if (s->part && s->byte && (!s->full_who || s->byte_who))
        return true;
    parts_free(s);
    return false;
}

/* Some bytes of one block. */
static bool note_part(struct dv_sheet *s, uint64_t lo, uint64_t hi, uint32_t number, uint32_t who,
                      bool keep)
{
    if (!parts_make(s))
        return false;
    s->part[lo / DV_SHADOW_BLOCK] = (int32_t)number;
    for (uint64_t i = lo; i < hi; i++)
        s->byte[i] = (int32_t)number;
    for (uint64_t i = lo; s->byte_who && i < hi; i++)
        dv_owner_note(&s->byte_who[i], who, keep);
    return true;
}

static void note_full(struct dv_sheet *s, uint64_t first, uint64_t end, uint32_t number,
                      uint32_t who, bool keep)
{
    for (uint64_t b = first; b < end; b++)
        s->full[b] = (int32_t)number;
    for (uint64_t b = first; s->full_who && b < end; b++)
        dv_owner_note(&s->full_who[b], who, keep);
}

bool dv_sheet_note(struct dv_sheet *s, uint64_t lo, uint64_t hi, uint32_t number, uint32_t who,
                   bool keep)
{
    uint64_t first = (lo + DV_SHADOW_BLOCK - 1) / DV_SHADOW_BLOCK, end = hi / DV_SHADOW_BLOCK;

    s->newest = (int32_t)number > s->newest ? (int32_t)number : s->newest;
    if (first > end) /* inside one block */
        return note_part(s, lo, hi, number, who, keep);
    note_full(s, first, end, number, who, keep);
    return (lo == first * DV_SHADOW_BLOCK ||
            note_part(s, lo, first * DV_SHADOW_BLOCK, number, who, keep)) &&
           (hi == end * DV_SHADOW_BLOCK ||
            note_part(s, end * DV_SHADOW_BLOCK, hi, number, who, keep));
}

/* ---- finding --------------------------------------------------------------------------------- */

static bool any_after(const int32_t *p, uint64_t n, int32_t bound)
{
    int hit = 0;

    for (uint64_t i = 0; i < n; i++)
        hit |= p[i] > bound;
    return hit;
}

/* Owners are never 0 where something was noted. */
static bool any_other(const uint32_t *p, uint64_t n, uint32_t who)
{
    int hit = 0;

    for (uint64_t i = 0; i < n; i++)
        hit |= (p[i] != who) & (p[i] != 0);
    return hit;
}

static bool is_news(int32_t number, uint32_t owner, int32_t bound, uint32_t who)
{
    return owner == who ? number > bound : owner != 0;
}

static bool block_news(const struct dv_sheet *s, uint64_t b, int32_t bound, uint32_t who)
{
    return s->full_who ? is_news(s->full[b], s->full_who[b], bound, who) : s->full[b] > bound;
}

static bool byte_news(const struct dv_sheet *s, uint64_t i, int32_t bound, uint32_t who)
{
    return s->byte_who ? is_news(s->byte[i], s->byte_who[i], bound, who) : s->byte[i] > bound;
}

/* The first byte of [lo, hi), inside block b. */
static bool find_in(const struct dv_sheet *s, uint64_t b, uint64_t lo, uint64_t hi, int32_t bound,
                    uint32_t who, struct dv_trace *out)
{
    if (block_news(s, b, bound, who))
        return dv_sheet_last(s, lo, out);
    if (!s->part || !s->part[b])
        return false;
    for (uint64_t i = lo; i < hi; i++)
        if (byte_news(s, i, bound, who)) {
            *out = (struct dv_trace){i, (uint32_t)s->byte[i], s->byte_who ? s->byte_who[i] : 0};
            return true;
        }
    return false;
}

/* True when no block of [first, end) can hold what is looked for. */
static bool nothing(const struct dv_sheet *s, uint64_t first, uint64_t end, int32_t bound,
                    uint32_t who)
{
    uint64_t n = end - first;

    if (any_after(s->full + first, n, bound) || (s->part && any_after(s->part + first, n, bound)))
        return false;
    if (!s->full_who)
        return true;
    return !any_other(s->full_who + first, n, who) &&
           !(s->part && any_after(s->part + first, n, 0));
}

bool dv_sheet_find(const struct dv_sheet *s, uint64_t lo, uint64_t hi, uint32_t bound, uint32_t who,
                   struct dv_trace *out)
{
    uint64_t end = (hi + DV_SHADOW_BLOCK - 1) / DV_SHADOW_BLOCK;

    if (!s->full_who && s->newest <= (int32_t)bound)
        return false;
    for (uint64_t b = lo / DV_SHADOW_BLOCK; b < end;) {
        uint64_t to = end - b < CHUNK ? end : b + CHUNK;
        if (nothing(s, b, to, (int32_t)bound, who)) {
            b = to;
            continue;
        }
        for (; b < to; b++) {
            uint64_t from = b * DV_SHADOW_BLOCK, past = from + DV_SHADOW_BLOCK;
            if (find_in(s, b, from > lo ? from : lo, past < hi ? past : hi, (int32_t)bound, who,
                        out))
                return true;
        }
    }
    return false;
}

bool dv_sheet_last(const struct dv_sheet *s, uint64_t at, struct dv_trace *out)
{
    uint64_t b = at / DV_SHADOW_BLOCK;
    bool byte;

    if (at >= s->bytes)
        return false;
    byte = s->part && s->part[b] && s->byte[at] > s->full[b];
    if (!(byte ? s->byte[at] : s->full[b]))
        return false;
    out->at = at;
    out->number = (uint32_t)(byte ? s->byte[at] : s->full[b]);
    out->who = !s->full_who ? 0 : byte ? s->byte_who[at] : s->full_who[b];
    return true;
}
