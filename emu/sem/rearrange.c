/* Effects of rearranging: gathers, broadcasts, transposes, VREDUCEV2 (isa.md 6.7).
 *
 * A repeat reads all its sources before it writes. Offsets that lead astray wrap around in UB here;
 * who runs the item reports them (adr/0007). */
#include "emu/access/rearrange.h"

#include <string.h>

#include "emu/sem/sem.h"

static uint8_t *ub(const struct dv_work *w, uint64_t address)
{
    return dv_at(w, DV_SPACE_UB, address);
}

/* ---- gathers --------------------------------------------------------------------------------- */

static uint32_t offset_of(const struct dv_work *w, const struct dv_gather *g, uint32_t r,
                          uint32_t i)
{
    const struct dv_side *s = &g->v.side[1];
    uint32_t v;

    memcpy(&v, ub(w, s->base + (uint64_t)r * s->rep * DV_BLOCK + 4ull * i), 4);
    return v;
}

static bool on(const uint64_t mask[2], uint32_t i)
{
    return mask[i >> 6] >> (i & 63) & 1;
}

static uint8_t *lane_at(const struct dv_work *w, const struct dv_side *s, uint32_t r, uint32_t i)
{
    uint64_t off = (uint64_t)i * s->width;

    return ub(w, s->base + (uint64_t)r * s->rep * DV_BLOCK + off / DV_BLOCK * s->blk * DV_BLOCK +
                     off % DV_BLOCK);
}

/* Where an element is fetched, inside UB whatever the offset. */
static uint64_t fetched(const struct dv_work *w, const struct dv_gather *g, uint64_t address)
{
    uint64_t size = w->sizes->bytes[DV_SPACE_UB];

    if (address + g->width <= size)
        return address;
    address = address % size / g->width * g->width;
    return address + g->width <= size ? address : 0;
}

void dv_sem_gather(const struct dv_work *w)
{
    struct dv_gather g = dv_gather_of(w);
    uint8_t stage[DV_LANES_MAX * DV_BLOCK];
    uint64_t mask[2];

    for (uint32_t r = 0; r < g.v.repeats; r++) {
        dv_vec_mask(&g.v, r, mask);
        for (uint32_t i = 0; i < g.v.lanes; i++)
            if (on(mask, i))
                memcpy(stage + i * g.width, ub(w, fetched(w, &g, g.base + offset_of(w, &g, r, i))),
                       g.width);
        for (uint32_t i = 0; i < g.v.lanes; i++)
            if (on(mask, i))
                memcpy(lane_at(w, &g.v.side[0], r, i), stage + i * g.width, g.width);
    }
}

static bool leads_astray(const struct dv_gather *g, struct dv_stray *s, uint32_t offset)
{
    s->offset = offset;
    s->address = g->base + offset;
    s->aligned = s->address % g->width == 0;
    return !s->aligned || s->address + g->width > g->end;
}

/* Offsets of a later repeat may be what an earlier one wrote only against isa.md 5.1; the footprint
 * refuses that, so all of them can be looked at before the first effect. */
bool dv_sem_stray(const struct dv_work *w, struct dv_stray *s)
{
    struct dv_gather g = dv_gather_of(w);
    uint64_t mask[2];

    *s = (struct dv_stray){.bytes = g.width, .base = g.base, .end = g.end};
    for (uint32_t r = 0; r < g.v.repeats; r++) {
        dv_vec_mask(&g.v, r, mask);
        for (uint32_t i = 0; i < g.v.lanes; i++) {
            s->element = r * g.v.lanes + i;
            if (on(mask, i) && leads_astray(&g, s, offset_of(w, &g, r, i)))
                return true;
        }
    }
    return false;
}

/* ---- broadcast of blocks --------------------------------------------------------------------- */

void dv_sem_brcb(const struct dv_work *w)
{
    struct dv_brcb b = dv_brcb_of(w);

    for (uint32_t r = 0; r < b.repeats; r++)
        for (uint32_t i = 0; i < 8; i++) {
            const uint8_t *from = ub(w, b.src + (8ull * r + i) * b.width);
            uint8_t *to =
                ub(w, b.dst.base + DV_BLOCK * ((uint64_t)i * b.dst.blk + (uint64_t)r * b.dst.rep));

            for (uint32_t k = 0; k < DV_BLOCK; k += b.width)
                memcpy(to + k, from, b.width);
        }
}

/* ---- transposes ------------------------------------------------------------------------------ */

void dv_sem_nchw(const struct dv_work *w)
{
    struct dv_nchw n = dv_nchw_of(w);
    uint8_t in[DV_NCHW_ROWS][DV_BLOCK], out[DV_NCHW_ROWS][DV_BLOCK];
    unsigned block, elem;

    for (uint32_t r = 0; r < n.repeats; r++) {
        for (unsigned i = 0; i < DV_NCHW_ROWS; i++)
            memcpy(in[i], ub(w, n.src[i] + r * n.src_pitch), n.bytes);
        for (unsigned i = 0; i < DV_NCHW_ROWS; i++)
            for (unsigned j = 0; j < n.bytes / n.width; j++) {
                dv_nchw_place(&n, i, j, &block, &elem);
                memcpy(out[block] + elem * n.width, in[i] + j * n.width, n.width);
            }
        for (unsigned i = 0; i < DV_NCHW_ROWS; i++)
            memcpy(ub(w, n.dst[i] + r * n.dst_pitch), out[i], n.bytes);
    }
}

void dv_sem_transpose(const struct dv_work *w)
{
    uint16_t in[DV_TRANSPOSE_SIDE][DV_TRANSPOSE_SIDE], out[DV_TRANSPOSE_SIDE][DV_TRANSPOSE_SIDE];

    memcpy(in, ub(w, dv_operand_address(w, 1)), sizeof in);
    for (unsigned i = 0; i < DV_TRANSPOSE_SIDE; i++)
        for (unsigned j = 0; j < DV_TRANSPOSE_SIDE; j++)
            out[j][i] = in[i][j];
    memcpy(ub(w, dv_operand_address(w, 0)), out, sizeof out);
}

/* ---- VREDUCEV2 ------------------------------------------------------------------------------- */

static bool taken(const struct dv_work *w, const struct dv_squeeze *p, uint32_t r, uint32_t i)
{
    if (p->pattern)
        return dv_squeeze_takes(p->pattern, i);
    return *ub(w, p->bits + r * p->bits_pitch + i / 8) >> i % 8 & 1;
}

/* In place nothing is written ahead of what is read (the footprint checked). */
void dv_sem_squeeze(const struct dv_work *w)
{
    struct dv_squeeze p = dv_squeeze_of(w);
    uint8_t *to = ub(w, p.dst);
    uint64_t kept = 0;

    for (uint32_t r = 0; r < p.repeats; r++)
        for (uint32_t i = 0; i < p.count; i++) {
            if (!taken(w, &p, r, i))
                continue;
            memmove(to, ub(w, dv_squeeze_element(&p, r, i)), p.src.width);
            to += p.src.width;
            kept++;
        }
    w->live->v[DV_LIVE_RSVD_CNT] = kept;
}
