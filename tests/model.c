/* The second description of vector items; see model.h. */
#include "tests/model.h"

#include <criterion/criterion.h>
#include <math.h>

#include "emu/access/lanes.h"
#include "isa/num.h"

/* ---- numbers of the model -------------------------------------------------------------------- */

double model_f16_value(unsigned h)
{
    int expo = h >> 10 & 31, m = h & 1023;
    double v = expo ? ldexp(m + 1024, expo - 25) : ldexp(m, -24);

    if (expo == 31)
        v = m ? NAN : INFINITY;
    return h >> 15 ? -v : v;
}

/* Nearest f16 by value, ties to even; saturating: NaN -> 0, beyond MAX -> MAX (isa.md 4.2). */
unsigned model_f16_bits(double d, bool sat)
{
    unsigned lo = 0, hi = 0x7c00, sign = signbit(d) ? 0x8000 : 0;
    double mag = fabs(d);

    if (isnan(d))
        return sat ? 0 : 0x7e00;
    while (lo < hi) { /* largest pattern not above; infinity stands for 65536 */
        unsigned mid = (lo + hi + 1) / 2;
        if ((mid == 0x7c00 ? 65536 : model_f16_value(mid)) <= mag)
            lo = mid;
        else
            hi = mid - 1;
    }
    if (lo < 0x7c00) {
        double low = model_f16_value(lo), next = lo == 0x7bff ? 65536 : model_f16_value(lo + 1);
        lo += mag - low > next - mag || (mag - low == next - mag && lo & 1);
    }
    return sign | (sat && lo == 0x7c00 ? 0x7bff : lo);
}

unsigned model_f32_bits(double d)
{
    return isnan(d) ? DV_F32_NAN : dv_f32_bits((float)d);
}

struct model_mode model_mode_of(const struct rig *r)
{
    uint64_t c = r->env.v[DV_ENV_CTRL];

    if (r->w.kind == DV_C100)
        return (struct model_mode){true, true, false};
    return (struct model_mode){!(c >> 48 & 1), c >> 53 & 1, c >> 59 & 1};
}

static bool is_float(unsigned elem)
{
    return elem == DV_EL_F16 || elem == DV_EL_F32;
}

double model_value_of(uint32_t bits, unsigned elem)
{
    switch (elem) {
    case DV_EL_F16:
        return model_f16_value(bits);
    case DV_EL_F32:
        return dv_bits_f32(bits);
    case DV_EL_BF16:
        return dv_bits_f32(bits << 16);
    case DV_EL_S8:
        return (int8_t)bits;
    case DV_EL_U8:
        return (uint8_t)bits;
    case DV_EL_S16:
        return (int16_t)bits;
    default:
        return (int32_t)bits;
    }
}

static double wrap(double v, double span)
{
    v = fmod(v, span);
    return v < -span / 2 ? v + span : v >= span / 2 ? v - span : v;
}

double model_larger(double a, double b)
{
    return isnan(a) || isnan(b) ? NAN : a > b || (a == b && !signbit(a)) ? a : b;
}

double model_smaller(double a, double b)
{
    return isnan(a) || isnan(b) ? NAN : a < b || (a == b && signbit(a)) ? a : b;
}

/* Exact or far more precise than the destination. */
double model_real_result(unsigned lane, double a, double b)
{
    switch (lane) {
    case DV_LANE_add:
        return a + b;
    case DV_LANE_sub:
        return a - b;
    case DV_LANE_mul:
        return a * b;
    case DV_LANE_div:
        return a / b;
    case DV_LANE_max:
        return model_larger(a, b);
    case DV_LANE_min:
        return model_smaller(a, b);
    case DV_LANE_abs:
        return fabs(a);
    case DV_LANE_relu:
        return model_larger(a, 0);
    case DV_LANE_addrelu:
        return model_larger(a + b, 0);
    case DV_LANE_subrelu:
        return model_larger(a - b, 0);
    case DV_LANE_lrelu:
        return a >= 0 ? a : a * b;
    case DV_LANE_exp:
        return exp(a);
    case DV_LANE_ln:
        return log(a);
    case DV_LANE_rec:
        return 1 / a;
    case DV_LANE_rsqrt:
        return 1 / sqrt(a);
    default:
        return sqrt(a);
    }
}

static int64_t whole_result(unsigned lane, int64_t a, int64_t b)
{
    switch (lane) {
    case DV_LANE_add:
        return a + b;
    case DV_LANE_sub:
        return a - b;
    case DV_LANE_mul:
        return a * b;
    case DV_LANE_max:
        return a > b ? a : b;
    case DV_LANE_min:
        return a < b ? a : b;
    case DV_LANE_abs:
        return a < 0 ? -a : a;
    default:
        return a > 0 ? a : 0;
    }
}

static uint32_t int_result(unsigned lane, uint32_t a, uint32_t b, unsigned elem, bool sat)
{
    if (lane == DV_LANE_addrelu || lane == DV_LANE_subrelu) { /* the sum as stored, then relu */
        unsigned first = lane == DV_LANE_addrelu ? DV_LANE_add : DV_LANE_sub;
        return int_result(DV_LANE_relu, int_result(first, a, b, elem, sat), 0, elem, sat);
    }
    unsigned bits = dv_elem_bits((enum dv_elem)elem);
    int64_t most = (1ll << (bits - 1)) - 1;
    int64_t v =
        whole_result(lane, (int64_t)model_value_of(a, elem), (int64_t)model_value_of(b, elem));

    if (sat)
        v = v > most ? most : v < -most - 1 ? -most - 1 : v;
    return (uint32_t)v;
}

uint32_t model_result_of(unsigned lane, uint32_t a, uint32_t b, unsigned elem, struct model_mode m)
{
    if (lane == DV_LANE_copy || lane == DV_LANE_none)
        return a;
    if (lane == DV_LANE_and || lane == DV_LANE_or || lane == DV_LANE_not)
        return lane == DV_LANE_and ? a & b : lane == DV_LANE_or ? a | b : ~a;
    if (!is_float(elem))
        return int_result(lane, a, b, elem, m.int_sat);
    double v = model_real_result(lane, model_value_of(a, elem), model_value_of(b, elem));
    return elem == DV_EL_F16 ? model_f16_bits(v, m.sat) : model_f32_bits(v);
}

/* ---- conversions of the model ---------------------------------------------------------------- */

/* x rounded to a multiple of 2^q by the letter of isa.md 6.3. */
static double grid(double x, int q, char letter)
{
    double t = ldexp(x, -q), lo = floor(t), gap = t - lo;
    double even = fmod(lo, 2) == 0 ? lo : lo + 1, odd = fmod(lo, 2) == 0 ? lo + 1 : lo;
    double v = gap == 0        ? lo
               : letter == 'f' ? lo
               : letter == 'c' ? lo + 1
               : letter == 'z' ? (x < 0 ? lo + 1 : lo)
               : letter == 'o' ? odd
               : gap != 0.5    ? (gap < 0.5 ? lo : lo + 1)
               : letter == 'a' ? (x < 0 ? lo : lo + 1)
                               : even;
    return copysign(ldexp(v, q), x);
}

/* Float destinations: mant explicit bits, least exponent of a normal, largest exponent. */
static double to_float(double d, int mant, int least, int most, char letter, bool sat)
{
    double max = ldexp(2 - ldexp(1, -mant), most);
    int e;

    if (isnan(d))
        return sat ? 0 : NAN;
    if (isinf(d) || d == 0)
        return isinf(d) && sat ? copysign(max, d) : d;
    frexp(d, &e);
    int q = (e - 1 > least ? e - 1 : least) - mant;
    double v = grid(d, q, letter);
    if (fabs(v) <= max)
        return v;
    bool stays = sat || letter == 'z' || letter == 'o' || (letter == 'f' && d > 0) ||
                 (letter == 'c' && d < 0);
    return copysign(stays ? max : INFINITY, d);
}

static uint32_t to_int(double d, unsigned elem, char letter, bool cut)
{
    int bits = (int)dv_elem_bits((enum dv_elem)elem);
    bool is_signed = elem != DV_EL_U8;
    double most = ldexp(1, bits - is_signed) - 1, least = is_signed ? -most - 1 : 0;

    if (isnan(d) || (isinf(d) && cut))
        return 0;
    double v = isinf(d) ? d : grid(d, 0, letter);
    v = cut ? wrap(v, ldexp(1, bits)) : v < least ? least : v > most ? most : v;
    return (uint32_t)(int64_t)v;
}

uint32_t model_converted(const struct dv_type *t, uint32_t bits, struct model_mode m)
{
    double d = model_value_of(bits, t->src);
    char letter = (char)t->round;

    if (t->src == DV_EL_F32 && t->dst == DV_EL_F32)
        return model_f32_bits(isfinite(d) ? grid(d, 0, letter) : d);
    if (t->dst == DV_EL_F16)
        return model_f16_bits(to_float(d, 10, -14, 15, letter, m.sat), m.sat);
    if (t->dst == DV_EL_BF16)
        return model_f32_bits(to_float(d, 7, -126, 127, letter, m.sat)) >> 16;
    if (t->dst == DV_EL_F32)
        return model_f32_bits(t->src == DV_EL_S32 ? to_float(d, 23, -126, 127, letter, false) : d);
    return to_int(d, t->dst, letter, m.cut);
}

/* ---- geometry of the model ------------------------------------------------------------------- */

uint64_t model_place(const struct model_operand *o, uint32_t rep, uint32_t i)
{
    uint32_t at = i * o->width;

    return o->base + 32 * ((uint64_t)(at / 32) * o->blk + (uint64_t)rep * o->rep) + at % 32;
}

bool model_active(const struct model_item *it, uint32_t rep, uint32_t i)
{
    if (it->count != UINT64_MAX)
        return (uint64_t)rep * it->lanes + i < it->count;
    return it->r->env.v[i < 64 ? DV_ENV_MASK0 : DV_ENV_MASK1] >> (i & 63) & 1;
}

uint32_t model_peek(const uint8_t *ub, uint64_t at, uint32_t width)
{
    uint32_t v = 0;

    memcpy(&v, ub + at, width);
    return v;
}

/* ---- random items ---------------------------------------------------------------------------- */

static uint32_t pick(struct rig *r, const uint32_t *from, unsigned n)
{
    return from[rig_range(r, 0, n - 1)];
}

/* A bit pattern that often is special. */
uint32_t model_pattern(struct rig *r, unsigned elem)
{
    static const uint32_t half[] = {0,      0x8000, 0x3c00, 0xbc00, 0x7bff, 0xfbff, 0x7c00, 0xfc00,
                                    0x7e00, 0x7c01, 1,      0x8001, 0x3ff,  0x400,  0x7fff};
    static const uint32_t word[] = {0,          0x80000000, 0x3f800000, 0xbf800000, 0x7f7fffff,
                                    0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001,
                                    1,          0x80000001, 0x7fffff,   0x477fe000, 0x477ff000,
                                    0x33000000, 0x7fffffff};
    uint32_t u = rig_random(r);

    if (u % 8 == 0)
        return dv_elem_bits((enum dv_elem)elem) == 32 ? pick(r, word, 17) : pick(r, half, 15);
    if (elem == DV_EL_F32 && u % 8 < 5) /* near 1, and within f16 */
        return (rig_random(r) & 0x807fffffu) | (rig_range(r, 100, 145) << 23);
    return rig_random(r);
}

static void fill(struct rig *r, unsigned elem)
{
    uint32_t width = dv_elem_bytes(elem);

    for (uint32_t at = 0; at < MODEL_UB; at += width) {
        uint32_t v = model_pattern(r, elem);
        memcpy(r->w.mem[DV_SPACE_UB] + at, &v, width);
    }
}

static void masks(struct rig *r, struct model_item *it)
{
    static const uint32_t counts[] = {0, 1, 5, 63, 64, 65, 100, 128, 129, 255, 256, 300};
    uint64_t *v = r->env.v;

    v[DV_ENV_CTRL] = 8 | (uint64_t)rig_range(r, 0, 1) << 48 | (uint64_t)rig_range(r, 0, 1) << 53 |
                     (uint64_t)(rig_range(r, 0, 3) == 0) << 59;
    v[DV_ENV_MASK0] = v[DV_ENV_MASK1] = UINT64_MAX;
    it->count = UINT64_MAX;
    switch (rig_range(r, 0, 5)) {
    case 0: /* anything */
        v[DV_ENV_MASK0] = (uint64_t)rig_random(r) << 32 | rig_random(r);
        v[DV_ENV_MASK1] = (uint64_t)rig_random(r) << 32 | rig_random(r);
        break;
    case 1: /* a prefix */
        v[DV_ENV_MASK0] = UINT64_MAX >> rig_range(r, 0, 63);
        v[DV_ENV_MASK1] = rig_range(r, 0, 1) ? 0 : UINT64_MAX >> rig_range(r, 0, 63);
        break;
    case 2: /* few */
        v[DV_ENV_MASK0] = 1ull << rig_range(r, 0, 63);
        v[DV_ENV_MASK1] = rig_range(r, 0, 1) ? 0 : 1ull << rig_range(r, 0, 63);
        break;
    case 3: /* counter mode */
        v[DV_ENV_CTRL] |= 1ull << 56;
        v[DV_ENV_MASK0] = (uint64_t)rig_random(r) << 32 | pick(r, counts, 12);
        if (r->w.kind != DV_C100)
            it->count = (uint32_t)v[DV_ENV_MASK0];
        break;
    default:
        break;
    }
    if (it->count != UINT64_MAX)
        it->repeats = (uint32_t)((it->count + it->lanes - 1) / it->lanes);
}

/* Strides that stay small enough to often fit, contiguous in half of the cases. */
static void strides(struct rig *r, struct model_item *it)
{
    static const uint32_t blks[] = {1, 1, 1, 2, 3, 0, 16}, reps[] = {8, 4, 9, 16, 0, 1, 24};
    bool plain = rig_range(r, 0, 1);

    for (unsigned i = 0; i < it->operands; i++) {
        struct model_operand *o = &it->op[i];
        o->blk = plain ? 1 : pick(r, blks, 7);
        o->rep = plain ? it->lanes * o->width / 32 : pick(r, reps, 7);
        o->base = 32 * (uint64_t)rig_range(r, 0, 160) + (i == 0 ? 0 : i == 1 ? 5120 : 10240);
        if (i && rig_range(r, 0, 4) == 0)
            o->base = it->op[0].base;
        if (i && rig_range(r, 0, 15) == 0)
            o->base = it->op[0].base + 32 * rig_range(r, 0, 12);
    }
}

static void configure(struct rig *r, const struct model_item *it)
{
    const struct model_operand *o = it->op;
    uint64_t *cfg = r->w.cfg;

    if (it->operands == 3) {
        struct dv_cfg_vec3 c = {it->repeats, o[2].rep, o[1].rep, o[0].rep,
                                o[2].blk,    o[1].blk, o[0].blk};
        dv_pack_vec3(cfg, &c);
    } else if (it->operands == 2 && r->w.kind == DV_C100) {
        struct dv_cfg_vec1s c = {it->repeats, o[1].rep, o[0].rep, o[1].blk, o[0].blk};
        dv_pack_vec1s(cfg, &c);
    } else if (it->operands == 2) {
        struct dv_cfg_vec1 c = {it->repeats, o[0].rep, o[1].rep, o[1].blk, o[0].blk};
        dv_pack_vec1(cfg, &c);
    } else if (r->w.kind == DV_C100) {
        struct dv_cfg_dups c = {it->repeats, 7, o[0].rep, 5, o[0].blk};
        dv_pack_dups(cfg, &c);
    } else {
        struct dv_cfg_dup c = {it->repeats, o[0].rep, 7, 5, o[0].blk};
        dv_pack_dup(cfg, &c);
    }
    static const unsigned slot[] = {DV_XD, DV_XN, DV_XM};
    r->w.x[DV_XM] = model_pattern(r, dv_types[r->op.type].dst) | (uint64_t)rig_random(r) << 32;
    r->w.x[DV_XN] = model_pattern(r, dv_types[r->op.type].dst) | (uint64_t)rig_random(r) << 32;
    for (unsigned i = 0; i < it->operands; i++)
        r->w.x[slot[i]] = o[i].base;
}

void model_prepare(struct rig *r, struct model_item *it, bool c100)
{
    const struct dv_insn *in = &dv_insns[r->op.insn];
    const struct dv_type *t = &dv_types[r->op.type];
    uint32_t to = dv_elem_bytes(t->dst), from = dv_elem_bytes(t->src);

    r->w.kind = c100 ? DV_C100 : DV_AIV;
    *it = (struct model_item){
        .r = r, .operands = in->operands, .lanes = 256 / (to > from ? to : from)};
    it->repeats = rig_range(r, 0, 9) ? rig_range(r, 1, 6) : 0;
    for (unsigned i = 0; i < in->operands; i++)
        it->op[i].width = i ? from : to;
    strides(r, it);
    configure(r, it);
    masks(r, it);
    fill(r, t->src);
}

static void same_ub(const struct rig *r, const uint8_t *got, const uint8_t *want, const char *how)
{
    for (uint32_t i = 0; memcmp(got, want, MODEL_UB) && i < MODEL_UB; i++)
        cr_assert_eq(got[i], want[i],
                     "%s.%s %s: byte 0x%x is %02x, want %02x, cfg %016llx ctrl %llx",
                     dv_insns[r->op.insn].name, dv_types[r->op.type].name, how, i, got[i], want[i],
                     (unsigned long long)r->w.cfg[0], (unsigned long long)r->env.v[DV_ENV_CTRL]);
}

/* Runs the item with and without SIMD over the same bytes. */
void model_check_effect(struct rig *r, const uint8_t *before, const uint8_t *want)
{
    uint8_t *ub = r->w.mem[DV_SPACE_UB];

    for (int simd = 0; simd < 2; simd++) {
        memcpy(ub, before, MODEL_UB);
        r->w.simd = simd;
        dv_sem[r->op.sem](&r->w);
        same_ub(r, ub, want, simd ? "simd" : "plain");
    }
}
