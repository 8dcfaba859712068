/* Counter-based contents. Owns the generator documented in fill.h; must not know tensors,
 * files or the machine. Integer arithmetic and exact doubles only, so bits agree everywhere. */
#include "emu/run/fill.h"

#include <stdlib.h>
#include <string.h>

#include "isa/num.h"

#define GOLDEN 0x9e3779b97f4a7c15ull

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

static uint64_t word(uint64_t key, uint64_t n)
{
    return mix(key + (n + 1) * GOLDEN);
}

/* ---- element types --------------------------------------------------------------------------- */

static bool is_float(enum dv_elem e)
{
    return e == DV_EL_F16 || e == DV_EL_BF16 || e == DV_EL_F32;
}

static bool is_signed(enum dv_elem e)
{
    return e == DV_EL_S4 || e == DV_EL_S8 || e == DV_EL_S16 || e == DV_EL_S32 || e == DV_EL_S64;
}

static unsigned precision(enum dv_elem e)
{
    return e == DV_EL_F16 ? 11 : e == DV_EL_BF16 ? 8 : 24;
}

/* Bits of a value that is exact in the type. */
static uint64_t pack(enum dv_elem e, double v)
{
    if (e == DV_EL_F16)
        return dv_f64_to_f16(v, DV_RINT, false);
    if (e == DV_EL_BF16)
        return dv_f32_to_bf16((float)v, DV_RINT, false);
    if (e == DV_EL_F32)
        return dv_f32_bits((float)v);
    return (uint64_t)(int64_t)v;
}

static void store(void *dst, enum dv_elem e, uint64_t i, uint64_t bits)
{
    uint8_t *p = dst;
    switch (dv_elem_bits(e)) {
    case 4:
        p += i / 2;
        *p = (uint8_t)(i % 2 ? (*p & 0x0f) | (bits & 15) << 4 : bits & 15);
        break;
    case 8:
        p[i] = (uint8_t)bits;
        break;
    case 16:
        memcpy(p + 2 * i, &(uint16_t){(uint16_t)bits}, 2);
        break;
    case 32:
        memcpy(p + 4 * i, &(uint32_t){(uint32_t)bits}, 4);
        break;
    default:
        memcpy(p + 8 * i, &bits, 8);
        break;
    }
}

/* ---- one element of each kind ---------------------------------------------------------------- */

struct draw {
    enum dv_elem elem;
    uint64_t key;
    const struct dv_fill *fill;
};

static uint64_t draw_uniform(const struct draw *s, uint64_t i)
{
    uint64_t w = word(s->key, i);
    if (is_float(s->elem)) {
        unsigned p = precision(s->elem);
        return pack(s->elem, (double)((int64_t)(w >> (63 - p)) - (1ll << p)) / (double)(1ll << p));
    }
    return pack(s->elem, (double)((int64_t)(w >> 60) - (is_signed(s->elem) ? 8 : 0)));
}

static uint64_t draw_int(const struct draw *s, uint64_t i)
{
    uint64_t w = word(s->key, i) >> 32;
    bool centred = is_float(s->elem) || is_signed(s->elem);
    return pack(s->elem, centred ? (double)(w * 9 >> 32) - 4 : (double)(w >> 29));
}

static uint64_t draw_normal(const struct draw *s, uint64_t i)
{
    int64_t sum = 0;
    for (unsigned n = 0; n < 3; n++)
        for (uint64_t w = word(s->key, 4 * i + n), k = 0; k < 4; k++, w >>= 16)
            sum += (int64_t)(w & 0xffff);
    double x = (double)(2 * sum - 12 * 65535) / 131072.0;
    if (is_float(s->elem))
        return s->elem == DV_EL_BF16 ? dv_f32_to_bf16((float)x, DV_RINT, false) : pack(s->elem, x);
    bool neg = is_signed(s->elem);
    bool nibble = dv_elem_bits(s->elem) == 4;
    return (uint64_t)dv_f64_to_int(neg ? 4 * x : 4 * x + (nibble ? 8 : 24), nibble ? 4 : 8, neg,
                                   DV_RINT, true);
}

static uint64_t draw_iota(const struct draw *s, uint64_t i)
{
    if (!is_float(s->elem))
        return i;
    return pack(s->elem, (double)(i & ((1ull << precision(s->elem)) - 1)));
}

static const uint32_t edges_f16[] = {0x0000, 0x8000, 0x0001, 0x8001, 0x03ff, 0x0400,
                                     0x7bff, 0xfbff, 0x7c00, 0xfc00, 0x7e00, 0x3c00,
                                     0xbc00, 0x3bff, 0x6400, 0x2800};
static const uint32_t edges_bf16[] = {0x0000, 0x8000, 0x0001, 0x8001, 0x007f, 0x0080,
                                      0x7f7f, 0xff7f, 0x7f80, 0xff80, 0x7fc0, 0x3f80,
                                      0xbf80, 0x3f7f, 0x4b00, 0x2000};
static const uint32_t edges_f32[] = {
    0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007fffff, 0x00800000, 0x7f7fffff, 0xff7fffff,
    0x7f800000, 0xff800000, 0x7fc00000, 0x3f800000, 0xbf800000, 0x3f7fffff, 0x4b800000, 0x477fe000};

/* 0, 1, -1, least, greatest of an integer type and neighbours. */
static uint64_t edge_integer(enum dv_elem e, unsigned n)
{
    unsigned bits = dv_elem_bits(e);
    uint64_t ones = bits == 64 ? UINT64_MAX : (1ull << bits) - 1;
    uint64_t top = 1ull << (bits - 1);
    const uint64_t list[8] = {0, 1, ones, top, top - 1, ones - 1, top + 1, 2};
    return list[n & 7];
}

static uint64_t draw_special(const struct draw *s, uint64_t i)
{
    uint64_t w = word(~s->key, i);
    unsigned n = (unsigned)(w >> 32) & 15;
    if (w >> 63)
        return draw_uniform(s, i);
    switch (s->elem) {
    case DV_EL_F16:
        return edges_f16[n];
    case DV_EL_BF16:
        return edges_bf16[n];
    case DV_EL_F32:
        return edges_f32[n];
    default:
        return edge_integer(s->elem, n);
    }
}

static uint64_t draw_sparse(const struct draw *s, uint64_t i)
{
    uint32_t w = (uint32_t)(word(~s->key, i) >> 32);
    return s->fill->all_zero || w < s->fill->zero_below ? 0 : draw_uniform(s, i);
}

static uint64_t draw_zero(const struct draw *s, uint64_t i)
{
    (void)s, (void)i;
    return 0;
}

static uint64_t draw_one(const struct draw *s, uint64_t i)
{
    (void)i;
    return pack(s->elem, 1);
}

typedef uint64_t (*draw_fn)(const struct draw *s, uint64_t i);

static const draw_fn draws[] = {
    [DV_FILL_UNIFORM] = draw_uniform, [DV_FILL_NORMAL] = draw_normal, [DV_FILL_INT] = draw_int,
    [DV_FILL_SPECIAL] = draw_special, [DV_FILL_ZEROS] = draw_zero,    [DV_FILL_ONES] = draw_one,
    [DV_FILL_IOTA] = draw_iota,       [DV_FILL_SPARSE] = draw_sparse,
};

void dv_fill_write(void *dst, enum dv_elem elem, uint64_t first, uint64_t n,
                   const struct dv_fill *f, uint64_t seed, uint32_t param)
{
    struct draw s = {elem, mix(mix(seed) + param + 1), f};
    draw_fn draw = draws[f->kind];
    for (uint64_t i = 0; i < n; i++)
        store(dst, elem, i, draw(&s, first + i));
}

/* ---- names ----------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum dv_fill_kind kind;
} names[] = {
    {"random", DV_FILL_UNIFORM},
    {"random:uniform", DV_FILL_UNIFORM},
    {"random:normal", DV_FILL_NORMAL},
    {"random:int", DV_FILL_INT},
    {"random:special", DV_FILL_SPECIAL},
    {"zeros", DV_FILL_ZEROS},
    {"ones", DV_FILL_ONES},
    {"iota", DV_FILL_IOTA},
};

static enum dv_err parse_sparse(const char *text, struct dv_fill *out, struct dv_diag *d)
{
    char *end;
    double p = strtod(text, &end);
    if (end == text || *end || !(p >= 0 && p <= 1))
        return dv_fail(d, DV_E_CONFIG, "sparse:%.32s: expected a share of zeros between 0 and 1",
                       text);
    out->kind = DV_FILL_SPARSE;
    out->all_zero = p == 1;
    out->zero_below = out->all_zero ? UINT32_MAX : (uint32_t)(p * 4294967296.0);
    return DV_OK;
}

bool dv_fill_parse(const char *text, struct dv_fill *out, enum dv_err *e, struct dv_diag *d)
{
    *e = DV_OK;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(text, names[i].name)) {
            out->kind = names[i].kind;
            return true;
        }
    if (!strncmp(text, "sparse:", 7)) {
        *e = parse_sparse(text + 7, out, d);
        return true;
    }
    if (strncmp(text, "random:", 7))
        return false;
    *e = dv_fail(d, DV_E_CONFIG, "no random fill '%.32s'", text + 7);
    dv_diag_fix(d, "use normal, uniform, int or special");
    return true;
}
