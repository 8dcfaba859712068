/* Meaning of the instructions that run inside the scalar unit and touch registers only: integer
 * and f32 arithmetic, compares, bit operations, conversions and moves (isa.md 4). Jumps are in
 * flow.c. Knows no memory, no special registers of other units, no time. */
#include "emu/sem/flow.h"
#include "isa/num.h"

#include <math.h>

static uint64_t xd(const struct dv_scalar *s, const struct dv_op *op)
{
    return s->x[op->x[DV_XD]];
}
static uint64_t xn(const struct dv_scalar *s, const struct dv_op *op)
{
    return s->x[op->x[DV_XN]];
}
static uint64_t xm(const struct dv_scalar *s, const struct dv_op *op)
{
    return s->x[op->x[DV_XM]];
}
static uint64_t xt(const struct dv_scalar *s, const struct dv_op *op)
{
    return s->x[op->x[DV_XT]];
}

static float f32(uint64_t x)
{
    return dv_bits_f32((uint32_t)x);
}

static enum dv_err put(struct dv_scalar *s, const struct dv_op *op, uint64_t v)
{
    s->x[op->x[DV_XD]] = v;
    return DV_OK;
}

/* f32 results clear the high half; NaN is canonical (numerics section 2). */
static enum dv_err put_f32(struct dv_scalar *s, const struct dv_op *op, float f)
{
    return put(s, op, dv_f32_bits(dv_f32_canon(f)));
}

static enum dv_err fault(struct dv_scalar *s, enum dv_err code, const char *why)
{
    s->why = why;
    return code;
}

/* ---- three registers ------------------------------------------------------------------------- */

enum dv_err dv_scalar_add(struct dv_scalar *s, const struct dv_op *op)
{
    if (op->type == DV_T_f32)
        return put_f32(s, op, f32(xn(s, op)) + f32(xm(s, op)));
    return put(s, op, xn(s, op) + xm(s, op));
}

enum dv_err dv_scalar_sub(struct dv_scalar *s, const struct dv_op *op)
{
    if (op->type == DV_T_f32)
        return put_f32(s, op, f32(xn(s, op)) - f32(xm(s, op)));
    return put(s, op, xn(s, op) - xm(s, op));
}

enum dv_err dv_scalar_mul(struct dv_scalar *s, const struct dv_op *op)
{
    if (op->type == DV_T_f32)
        return put_f32(s, op, f32(xn(s, op)) * f32(xm(s, op)));
    return put(s, op, xn(s, op) * xm(s, op));
}

enum dv_err dv_scalar_madd(struct dv_scalar *s, const struct dv_op *op)
{
    if (op->type == DV_T_f32) {
        float product = f32(xn(s, op)) * f32(xm(s, op));
        return put_f32(s, op, f32(xd(s, op)) + product);
    }
    return put(s, op, xd(s, op) + xn(s, op) * xm(s, op));
}

/* True for a zero divisor of the instruction's type. */
static bool zero_divisor(const struct dv_scalar *s, const struct dv_op *op)
{
    return op->type == DV_T_f32 ? f32(xm(s, op)) == 0.0f : xm(s, op) == 0;
}

enum dv_err dv_scalar_div(struct dv_scalar *s, const struct dv_op *op)
{
    uint64_t a = xn(s, op), b = xm(s, op);
    if (zero_divisor(s, op))
        return fault(s, DV_E_RANGE, "division by zero");
    if (op->type == DV_T_f32)
        return put_f32(s, op, f32(a) / f32(b));
    if (op->type == DV_T_u64)
        return put(s, op, a / b);
    return put(s, op, b == ~0ull ? 0 - a : (uint64_t)((int64_t)a / (int64_t)b));
}

enum dv_err dv_scalar_rem(struct dv_scalar *s, const struct dv_op *op)
{
    uint64_t a = xn(s, op), b = xm(s, op);
    if (zero_divisor(s, op))
        return fault(s, DV_E_RANGE, "division by zero");
    if (op->type == DV_T_f32)
        return put_f32(s, op, fmodf(f32(a), f32(b)));
    if (op->type == DV_T_u64)
        return put(s, op, a % b);
    return put(s, op, b == ~0ull ? 0 : (uint64_t)((int64_t)a % (int64_t)b));
}

/* The larger value; NaN wins, +0 beats -0. */
static float larger(float a, float b)
{
    if (a != a || b != b)
        return dv_bits_f32(DV_F32_NAN);
    if (a == b)
        return dv_bits_f32(dv_f32_bits(a) & dv_f32_bits(b));
    return a > b ? a : b;
}

static float smaller(float a, float b)
{
    if (a != a || b != b)
        return dv_bits_f32(DV_F32_NAN);
    if (a == b)
        return dv_bits_f32(dv_f32_bits(a) | dv_f32_bits(b));
    return a < b ? a : b;
}

enum dv_err dv_scalar_max(struct dv_scalar *s, const struct dv_op *op)
{
    uint64_t a = xn(s, op), b = xm(s, op);
    if (op->type == DV_T_f32)
        return put_f32(s, op, larger(f32(a), f32(b)));
    bool first = op->type == DV_T_u64 ? a > b : (int64_t)a > (int64_t)b;
    return put(s, op, first ? a : b);
}

enum dv_err dv_scalar_min(struct dv_scalar *s, const struct dv_op *op)
{
    uint64_t a = xn(s, op), b = xm(s, op);
    if (op->type == DV_T_f32)
        return put_f32(s, op, smaller(f32(a), f32(b)));
    bool first = op->type == DV_T_u64 ? a < b : (int64_t)a < (int64_t)b;
    return put(s, op, first ? a : b);
}

enum dv_err dv_scalar_sel(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, s->cond ? xn(s, op) : xm(s, op));
}

enum dv_err dv_scalar_and(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, xn(s, op) & xm(s, op));
}

enum dv_err dv_scalar_or(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, xn(s, op) | xm(s, op));
}

enum dv_err dv_scalar_xor(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, xn(s, op) ^ xm(s, op));
}

/* ---- immediates ------------------------------------------------------------------------------ */

static uint64_t imm(const struct dv_op *op)
{
    return (uint64_t)(int64_t)op->imm;
}

enum dv_err dv_scalar_add_imm(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, xn(s, op) + imm(op));
}

enum dv_err dv_scalar_sub_imm(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, xn(s, op) - imm(op));
}

enum dv_err dv_scalar_mul_imm(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, xn(s, op) * imm(op));
}

/* ---- compare --------------------------------------------------------------------------------- */

enum { LESS = 1, EQUAL = 2, GREATER = 4, UNORDERED = 8 };

static unsigned order(uint8_t type, uint64_t a, uint64_t b)
{
    if (type == DV_T_f32) {
        float x = f32(a), y = f32(b);
        return x < y ? LESS : x > y ? GREATER : x == y ? EQUAL : UNORDERED;
    }
    if (a == b)
        return EQUAL;
    bool less = type == DV_T_u64 ? a < b : (int64_t)a < (int64_t)b;
    return less ? LESS : GREATER;
}

/* Orders each condition accepts; ne accepts NaN. */
bool dv_scalar_holds(unsigned cc, uint8_t type, uint64_t a, uint64_t b)
{
    static const uint8_t accepts[] = {
        [DV_V_cc_eq] = EQUAL,
        [DV_V_cc_ne] = LESS | GREATER | UNORDERED,
        [DV_V_cc_lt] = LESS,
        [DV_V_cc_gt] = GREATER,
        [DV_V_cc_ge] = GREATER | EQUAL,
        [DV_V_cc_le] = LESS | EQUAL,
    };
    return cc < sizeof accepts && accepts[cc] & order(type, a, b);
}

enum dv_err dv_scalar_cmp(struct dv_scalar *s, const struct dv_op *op)
{
    s->cond = dv_scalar_holds(dv_op_sel(op, DV_F_cc), op->type, xn(s, op), xm(s, op));
    return DV_OK;
}

enum dv_err dv_scalar_cmpn(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, dv_scalar_holds(dv_op_sel(op, DV_F_cc), op->type, xn(s, op), xm(s, op)));
}

enum dv_err dv_scalar_cmp_imm(struct dv_scalar *s, const struct dv_op *op)
{
    s->cond = dv_scalar_holds(dv_op_sel(op, DV_F_cc), DV_T_s64, xn(s, op), imm(op));
    return DV_OK;
}

/* ---- one source ------------------------------------------------------------------------------ */

/* Largest r with r * r <= v; the double estimate is off by at most one. */
static uint64_t root(uint64_t v)
{
    uint64_t r = (uint64_t)sqrt((double)v);
    if (r > UINT32_MAX)
        r = UINT32_MAX;
    while (r * r > v)
        r--;
    while (r < UINT32_MAX && (r + 1) * (r + 1) <= v)
        r++;
    return r;
}

enum dv_err dv_scalar_sqrt(struct dv_scalar *s, const struct dv_op *op)
{
    uint64_t a = xn(s, op);
    bool negative = op->type == DV_T_f32 ? f32(a) < 0.0f : op->type == DV_T_s64 && (int64_t)a < 0;
    if (negative)
        return fault(s, DV_E_RANGE, "square root of a negative number");
    if (op->type == DV_T_f32)
        return put_f32(s, op, sqrtf(f32(a)));
    return put(s, op, root(a));
}

enum dv_err dv_scalar_neg(struct dv_scalar *s, const struct dv_op *op)
{
    if (op->type == DV_T_f32)
        return put_f32(s, op, -f32(xn(s, op)));
    return put(s, op, 0 - xn(s, op));
}

enum dv_err dv_scalar_abs(struct dv_scalar *s, const struct dv_op *op)
{
    uint64_t a = xn(s, op);
    if (op->type == DV_T_f32)
        return put_f32(s, op, fabsf(f32(a)));
    return put(s, op, op->type == DV_T_s64 && (int64_t)a < 0 ? 0 - a : a);
}

enum dv_err dv_scalar_not(struct dv_scalar *s, const struct dv_op *op)
{
    uint64_t a = ~xn(s, op);
    return put(s, op, op->type == DV_T_f32 ? (uint32_t)a : a);
}

static uint64_t shift_right(uint8_t type, uint64_t a, unsigned by)
{
    return type == DV_T_s64 ? (uint64_t)((int64_t)a >> by) : a >> by;
}

enum dv_err dv_scalar_shl(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, xn(s, op) << (xt(s, op) & 63));
}

enum dv_err dv_scalar_shl_imm(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, xn(s, op) << (op->imm & 63));
}

enum dv_err dv_scalar_shr(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, shift_right(op->type, xn(s, op), xt(s, op) & 63));
}

enum dv_err dv_scalar_shr_imm(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, shift_right(op->type, xn(s, op), op->imm & 63));
}

enum dv_err dv_scalar_sbcnt0(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, (uint64_t)__builtin_popcountll(~xn(s, op)));
}

enum dv_err dv_scalar_sbcnt1(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, (uint64_t)__builtin_popcountll(xn(s, op)));
}

static uint64_t first_one(uint64_t a)
{
    return a ? (uint64_t)__builtin_ctzll(a) : ~0ull;
}

enum dv_err dv_scalar_sff0(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, first_one(~xn(s, op)));
}

enum dv_err dv_scalar_sff1(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, first_one(xn(s, op)));
}

enum dv_err dv_scalar_sbitset0(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, xn(s, op) & ~(1ull << (xt(s, op) & 63)));
}

enum dv_err dv_scalar_sbitset1(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, xn(s, op) | 1ull << (xt(s, op) & 63));
}

static uint64_t leading_zeros(uint64_t a)
{
    return a ? (uint64_t)__builtin_clzll(a) : 64;
}

enum dv_err dv_scalar_clz(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, leading_zeros(xn(s, op)));
}

enum dv_err dv_scalar_sflbits(struct dv_scalar *s, const struct dv_op *op)
{
    uint64_t a = xn(s, op);
    return put(s, op, leading_zeros((int64_t)a < 0 ? ~a : a) - 1);
}

enum dv_err dv_scalar_conv(struct dv_scalar *s, const struct dv_op *op)
{
    const struct dv_type *t = &dv_types[op->type];
    enum dv_round round = dv_round_letter((char)t->round);
    uint64_t a = xn(s, op);
    if (t->src == DV_EL_S32)
        return put_f32(s, op, dv_int_to_f32((int32_t)a, round));
    if (t->src == DV_EL_F16)
        return put_f32(s, op, dv_f16_to_f32((uint16_t)a));
    if (t->dst == DV_EL_F16)
        return put(s, op, dv_f32_to_f16(f32(a), round, false));
    return put(s, op, (uint64_t)dv_f64_to_int(f32(a), 32, true, round, true));
}

enum dv_err dv_scalar_signext(struct dv_scalar *s, const struct dv_op *op)
{
    unsigned up = 64 - dv_elem_bits((enum dv_elem)dv_types[op->type].src);
    return put(s, op, (uint64_t)((int64_t)(xn(s, op) << up) >> up));
}

enum dv_err dv_scalar_zeroext(struct dv_scalar *s, const struct dv_op *op)
{
    unsigned up = 64 - dv_elem_bits((enum dv_elem)dv_types[op->type].src);
    return put(s, op, xn(s, op) << up >> up);
}

/* ---- moves ----------------------------------------------------------------------------------- */

enum dv_err dv_scalar_mov(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, xn(s, op));
}

enum dv_err dv_scalar_mov_imm(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, imm(op));
}

enum dv_err dv_scalar_mov_half(struct dv_scalar *s, const struct dv_op *op)
{
    return put(s, op, imm(op) << 16 * dv_op_sel(op, DV_F_half));
}

enum dv_err dv_scalar_movk(struct dv_scalar *s, const struct dv_op *op)
{
    unsigned at = 16 * dv_op_sel(op, DV_F_half);
    return put(s, op, (xd(s, op) & ~(0xffffull << at)) | imm(op) << at);
}

/* Bits [lsb, lsb + width) of xd from the low bits of xn; width 1..64. */
static enum dv_err insert(struct dv_scalar *s, const struct dv_op *op, unsigned lsb, unsigned width)
{
    uint64_t mask = (width == 64 ? ~0ull : (1ull << width) - 1) << lsb;
    return put(s, op, (xd(s, op) & ~mask) | (xn(s, op) << lsb & mask));
}

enum dv_err dv_scalar_insert(struct dv_scalar *s, const struct dv_op *op)
{
    return insert(s, op, dv_op_sel(op, DV_F_lsb), dv_op_sel(op, DV_F_width));
}

enum dv_err dv_scalar_insert_reg(struct dv_scalar *s, const struct dv_op *op)
{
    unsigned width = xt(s, op) >> 8 & 63;
    return insert(s, op, xt(s, op) & 63, width ? width : 64);
}
