/* VCONV beyond plain rows of elements of 8, 16 and 32 bits: lanes of 64 bits, packed s4, and the
 * forms that scale by DEQSCALE (isa.md 6.3).
 *
 * Owns what one lane of them becomes. Rounding is isa/num.h, geometry lanes.h. A product with a
 * scale is exact and rounds once (ours). */
#include "emu/sem/repeat.h"
#include "emu/sem/sem.h"

struct job {
    const struct dv_work *w;
    const struct dv_type *type;
    enum dv_round round;
    unsigned mode;
    uint64_t word;               /* DEQSCALE */
    uint8_t table[DV_DEQ_TABLE]; /* of channels, read before anything is written */
    bool has_table;
};

static uint64_t load(const struct job *j, const struct dv_side *s, uint32_t r, uint32_t i)
{
    const uint8_t *p = dv_lane_place(j->w, s, r, i);
    uint64_t v = 0;

    memcpy(&v, p, s->width);
    return s->half == DV_NIBBLES ? v >> i % 2 * 4 & 15 : v;
}

static void store(const struct job *j, const struct dv_side *s, uint32_t r, uint32_t i, uint64_t v)
{
    uint8_t *p = dv_lane_place(j->w, s, r, i);

    if (s->half == DV_NIBBLES)
        *p = (uint8_t)((*p & 0xf0 >> i % 2 * 4) | (v & 15) << i % 2 * 4);
    else
        memcpy(p, &v, s->width);
}

/* A source as a double, exactly; s64 does not come here. */
static double value(const struct job *j, uint64_t a)
{
    switch (j->type->src) {
    case DV_EL_F16:
        return dv_f16_to_f32((uint16_t)a);
    case DV_EL_F32:
        return dv_bits_f32((uint32_t)a);
    case DV_EL_S4:
        return (double)((int64_t)(a ^ 8) - 8);
    default:
        return (int32_t)a;
    }
}

static uint64_t requantised(const struct job *j, uint32_t i, uint64_t a)
{
    uint64_t word = j->word;

    if (j->has_table)
        memcpy(&word, j->table + 8 * (i % 16), 8);
    return dv_lane_requantised((int16_t)a, word, j->mode & DV_MODE_CUT);
}

static uint64_t from_s64(const struct job *j, int64_t a)
{
    if (j->type->dst == DV_EL_F32)
        return dv_f32_bits(dv_int_to_f32(a, j->round));
    return (uint64_t)dv_int_to_int(a, 32, true, !(j->mode & DV_MODE_CUT));
}

static uint64_t converted(const struct job *j, uint32_t i, uint64_t a)
{
    bool saturates = !(j->mode & DV_MODE_CUT);
    double scale = 1;

    if (j->type->src == DV_EL_S64)
        return from_s64(j, (int64_t)a);
    switch (j->type->dst) {
    case DV_EL_B8:
        return requantised(j, i, a);
    case DV_EL_S64:
    case DV_EL_S4:
        return (uint64_t)dv_f64_to_int(value(j, a), dv_elem_bits((enum dv_elem)j->type->dst), true,
                                       j->round, saturates);
    default: /* f16: of s4, or of s32 scaled; 42 bits at most, exact */
        if (j->type->src == DV_EL_S32)
            scale = dv_f16_to_f32((uint16_t)j->word);
        return dv_f64_to_f16(value(j, a) * scale, DV_RINT, j->mode & DV_MODE_SAT);
    }
}

static void repeat(const struct job *j, const struct dv_vec *v, uint32_t r)
{
    uint64_t mask[2], out[DV_LANES_MAX];

    dv_vec_mask(v, r, mask);
    uint32_t n = dv_mask_end(mask);
    for (uint32_t i = 0; i < n; i++)
        if (dv_lane_on(mask, i))
            out[i] = converted(j, i, load(j, &v->side[1], r, i));
    for (uint32_t i = 0; i < n; i++)
        if (dv_lane_on(mask, i))
            store(j, &v->side[0], r, i, out[i]);
}

void dv_sem_vec_conv_more(const struct dv_work *w)
{
    const struct dv_type *t = &dv_types[w->op->type];
    struct dv_vec v = dv_vec_conv(w);
    struct job j = {.w = w,
                    .type = t,
                    .round = dv_round_letter((char)t->round),
                    .mode = dv_lane_mode(w),
                    .word = w->env->v[DV_ENV_DEQSCALE],
                    .has_table = dv_conv_has_table(w)};
    unsigned state = dv_num_enter();

    if (j.has_table && v.repeats)
        memcpy(j.table, dv_at(w, DV_SPACE_UB, dv_deq_table(w)), sizeof j.table);
    for (uint32_t r = 0; r < v.repeats; r++)
        repeat(&j, &v, r);
    dv_num_leave(state);
}
