/* An operation of two sources and a conversion in one instruction: VADDRELUCONV, VSUBRELUCONV,
 * VMULCONV, VADDDEQRELU.
 *
 * Ours: the same bits as the separate instructions give, so a result is rounded in the source type
 * first, then relu, then the conversion to nearest even. VADDDEQRELU rounds its scaled sum once. */
#include "emu/sem/repeat.h"
#include "emu/sem/sem.h"

/* (x * scale) to nearest even, held to 9 signed bits, plus the offset, as s8 or u8: the public
 * algorithm of such words (isa.md 9.2), taken for the vector unit too. The scale keeps 10 bits of
 * fraction. */
uint32_t dv_lane_requantised(int16_t x, uint64_t word, bool wraps)
{
    float scale = dv_bits_f32((uint32_t)word & 0xffffe000u);
    int64_t offset = (int64_t)(word >> 37 & 0x1ff), v;
    bool is_signed = word >> 46 & 1;

    offset -= offset >> 8 << 9;
    v = dv_f64_to_int((double)x * scale, 32, true, DV_RINT, true);
    v = (v < -256 ? -256 : v > 255 ? 255 : v) + offset;
    return (uint32_t)dv_f64_to_int((double)v, 8, is_signed, DV_RINT, !wraps) & 0xff;
}

struct job {
    const struct dv_work *w;
    struct dv_vec v;
    unsigned mode;
    dv_lane_fn first, relu, last; /* relu, last: NULL = none */
    float scale;                  /* of VADDDEQRELU */
    const uint8_t *table;         /* of channels, NULL = none */
};

static uint32_t result(const struct job *j, uint32_t i, uint32_t a, uint32_t b)
{
    uint32_t x = j->first(a, b, j->mode);
    uint64_t word;

    if (j->relu)
        x = j->relu(x, 0, j->mode);
    if (!j->table)
        return j->last(x, 0, j->mode);
    memcpy(&word, j->table + 8 * (i % 16), 8);
    return dv_lane_requantised((int16_t)x, word, j->mode & DV_MODE_CUT);
}

static void run(const struct job *j)
{
    uint32_t a[DV_LANES_MAX], b[DV_LANES_MAX];
    unsigned state = dv_num_enter();
    uint64_t mask[2];

    for (uint32_t r = 0; r < j->v.repeats; r++) {
        dv_vec_mask(&j->v, r, mask);
        dv_lane_load(j->w, &j->v.side[1], r, mask, a);
        dv_lane_load(j->w, &j->v.side[2], r, mask, b);
        for (uint32_t i = 0; i < j->v.lanes; i++)
            a[i] = result(j, i, a[i], b[i]);
        dv_lane_store(j->w, &j->v.side[0], r, mask, a);
    }
    dv_num_leave(state);
}

/* s16 keeps its low bits or saturates; there is no VCONV of that pair. */
static uint32_t s16_s8(uint32_t a, uint32_t b, unsigned mode)
{
    (void)b;
    return (uint32_t)dv_f64_to_int((int16_t)a, 8, true, DV_RINT, !(mode & DV_MODE_CUT));
}

void dv_sem_vec_reluconv(const struct dv_work *w)
{
    const struct dv_type *t = &dv_types[w->op->type];
    enum dv_lane_kind kind = dv_lane_kind_of(t->src);
    struct job j = {.w = w,
                    .v = dv_vec3n(w),
                    .mode = dv_lane_mode(w),
                    .first = dv_lane_of(w->op->lane, kind),
                    .relu = dv_lane_of(DV_LANE_relu, kind)};
    uint8_t table[DV_DEQ_TABLE];

    j.last = t->src == DV_EL_S16 ? s16_s8 : dv_lane_convert(t->src, t->dst);
    if (w->op->type == DV_T_vdeqs16b8 && j.v.repeats) { /* read before anything is written */
        memcpy(table, dv_at(w, DV_SPACE_UB, dv_deq_table(w)), sizeof table);
        j.table = table;
    }
    run(&j);
}

void dv_sem_vec_mulconv(const struct dv_work *w)
{
    struct job j = {.w = w,
                    .v = dv_vec3_as(w, 1, 2),
                    .mode = dv_lane_mode(w),
                    .first = dv_lane_of(DV_LANE_mul, DV_K_F16)};

    j.last = dv_lane_convert(DV_EL_F16, w->op->lane == DV_LANE_u8 ? DV_EL_U8 : DV_EL_S8);
    run(&j);
}

void dv_sem_vec_adddeqrelu(const struct dv_work *w)
{
    float scale = dv_f16_to_f32((uint16_t)w->env->v[DV_ENV_DEQSCALE]);
    dv_lane_fn add = dv_lane_of(DV_LANE_add, DV_K_S32), relu = dv_lane_of(DV_LANE_relu, DV_K_F16);
    unsigned mode = dv_lane_mode(w), state = dv_num_enter();
    uint32_t a[DV_LANES_MAX], b[DV_LANES_MAX];
    struct dv_vec v = dv_vec3_as(w, 2, 4);
    uint64_t mask[2];

    for (uint32_t r = 0; r < v.repeats; r++) {
        dv_vec_mask(&v, r, mask);
        dv_lane_load(w, &v.side[1], r, mask, a);
        dv_lane_load(w, &v.side[2], r, mask, b);
        for (uint32_t i = 0; i < v.lanes; i++) {
            double d = (double)(int32_t)add(a[i], b[i], mode) * scale; /* exact: 42 bits */
            a[i] = relu(dv_f64_to_f16(d, DV_RINT, mode & DV_MODE_SAT), 0, mode);
        }
        dv_lane_store(w, &v.side[0], r, mask, a);
    }
    dv_num_leave(state);
}
