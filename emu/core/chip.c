/* Numbers of a chip as text and as fixed point.
 *
 * Owns: the table of parameters, the units, decimal text <-> stored value, --set. Decimals are
 * scaled digit by digit in integers, so every host reads the same value. Knows no YAML and no
 * formula. */
#include "emu/core/chip.h"

#include "emu/core/time.h"
#include "isa/near.h"

#include <stdio.h>
#include <string.h>

typedef unsigned __int128 u128;

enum { DIGITS = 18 }; /* of one number; 10^18 fits u64 */

struct unit_name {
    const char *name;
    uint64_t scale; /* stored value of 1 */
};

#define KI 1024ull
#define RATE_ONE (1ull << 32)

/* Units of a kind; the first is the base scale. Printing takes the largest that divides the
 * value and is not `read_only`. */
struct unit_kind {
    const char *hint; /* example for messages */
    bool rounds;      /* stored value is a rounded decimal */
    struct unit_name name[6];
};

static const struct unit_kind kinds[DV_PU_UNITS] = {
    [DV_PU_COUNT] = {"24", false, {{"", 1}}},
    [DV_PU_HZ] = {"1850 MHz",
                  false,
                  {{"MHz", 1000000}, {"GHz", 1000000000}, {"kHz", 1000}, {"Hz", 1}}},
    [DV_PU_BYTES] =
        {"192 KiB",
         false,
         {{"B", 1}, {"KiB", KI}, {"MiB", KI *KI}, {"GiB", KI *KI *KI}, {"TiB", KI *KI *KI *KI}}},
    [DV_PU_CYCLES] = {"23.5 cy", true, {{"cy", DV_CYCLE}}},
    [DV_PU_RATE] = {"256 B/cy", true, {{"B/cy", RATE_ONE}}},
    [DV_PU_GBPS] = {"1600 GB/s",
                    false,
                    {{"GB/s", 1000000000}, {"TB/s", 1000000000000}, {"MB/s", 1000000}, {"B/s", 1}}},
    [DV_PU_NS] = {"500 ns", false, {{"ns", 1000}, {"us", 1000000}, {"ms", 1000000000}, {"ps", 1}}},
    [DV_PU_BOOL] = {"true", false, {{"", 1}}},
    [DV_PU_ELEMS] = {"64 elem/cy", true, {{"elem/cy", RATE_ONE}}},
    [DV_PU_MACS] = {"4096 MAC/cy", true, {{"MAC/cy", RATE_ONE}}},
    [DV_PU_RATIO] = {"0.75", true, {{"", RATE_ONE}}},
    [DV_PU_PJ] = {"0.78 pJ", true, {{"pJ", 1000}}},
};

#define BASE_COUNT 1ull
#define BASE_HZ 1000000ull
#define BASE_BYTES 1ull
#define BASE_CYCLES (uint64_t) DV_CYCLE
#define BASE_RATE RATE_ONE
#define BASE_GBPS 1000000000ull
#define BASE_NS 1000ull
#define BASE_ELEMS RATE_ONE
#define BASE_MACS RATE_ONE
#define BASE_RATIO RATE_ONE
#define BASE_BOOL 1ull
#define BASE_PJ 1000ull

const struct dv_chip_param dv_chip_params[DV_CHIP_PARAM_COUNT] = {
#define SCALED(number, unit) (uint64_t)((number)*BASE_##unit + 0.5)
#define X(field, path, unit, least, greatest) \
    {path, DV_PU_##unit, SCALED(least, unit), SCALED(greatest, unit)},
    DV_CHIP_PARAMS(X)
#undef X
};

dv_time dv_time_of(uint64_t amount, dv_rate rate)
{
    u128 t = ((((u128)amount * DV_CYCLE) << 32) + rate - 1) / rate;
    return t > UINT64_MAX ? UINT64_MAX : (dv_time)t;
}

unsigned dv_chip_param_find(const char *path, size_t n)
{
    unsigned i = 0;
    while (i < DV_CHIP_PARAM_COUNT &&
           !(strlen(dv_chip_params[i].path) == n && memcmp(dv_chip_params[i].path, path, n) == 0))
        i++;
    return i;
}

/* ---- text to value --------------------------------------------------------------------------- */

struct decimal {
    uint64_t digits;   /* without the point */
    unsigned fraction; /* how many of them follow it */
    size_t length;     /* bytes of text */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static uint64_t ten_to(unsigned n)
{
    uint64_t p = 1;
    while (n--)
        p *= 10;
    return p;
}

/* digits [. digits]; no sign, no exponent. False when there is none or it is too long. */
static bool decimal_read(struct decimal *out, const char *text, size_t n)
{
    unsigned count = 0;
    bool point = false;
    size_t i;
    memset(out, 0, sizeof *out);
    for (i = 0; i < n && (is_digit(text[i]) || (text[i] == '.' && !point && count)); i++) {
        if (text[i] == '.') {
            if (i + 1 >= n || !is_digit(text[i + 1]))
                break;
            point = true;
            continue;
        }
        if (++count > DIGITS)
            return false;
        out->digits = out->digits * 10 + (unsigned)(text[i] - '0');
        out->fraction += point;
    }
    out->length = i;
    return count > 0;
}

static enum dv_err no_number(unsigned unit, const char *text, size_t n, struct dv_diag *d)
{
    int shown = n > 40 ? 40 : (int)n;
    if (n && text[0] == '-')
        return dv_fail(d, DV_E_CONFIG, "'%.*s' is negative: give a number of zero or more", shown,
                       text);
    return dv_fail(d, DV_E_CONFIG,
                   "'%.*s' is not a plain decimal of at most %d digits: write it like '%s'", shown,
                   text, DIGITS, kinds[unit].hint);
}

static enum dv_err scaled(const struct decimal *v, uint64_t scale, bool rounds, const char *text,
                          size_t n, uint64_t *out, struct dv_diag *d)
{
    u128 whole = (u128)v->digits * scale;
    uint64_t parts = ten_to(v->fraction);
    if (!rounds && whole % parts)
        return dv_fail(d, DV_E_CONFIG, "'%.*s' is finer than its smallest unit: drop digits",
                       (int)n, text);
    whole = (whole + (rounds ? parts / 2 : 0)) / parts;
    if (whole > UINT64_MAX)
        return dv_fail(d, DV_E_CONFIG, "'%.*s' is too large", (int)n, text);
    *out = (uint64_t)whole;
    return DV_OK;
}

/* Unit named by text[0..n), NULL when the kind has no such unit. */
static const struct unit_name *unit_find(unsigned unit, const char *text, size_t n)
{
    const struct unit_name *u = kinds[unit].name;
    for (unsigned i = 0; i < 6 && u[i].scale; i++)
        if (strlen(u[i].name) == n && memcmp(u[i].name, text, n) == 0)
            return &u[i];
    return NULL;
}

static enum dv_err wrong_unit(unsigned unit, const char *text, size_t n, struct dv_diag *d)
{
    if (!n)
        return dv_fail(d, DV_E_CONFIG, "the number has no unit: write it like '%s'",
                       kinds[unit].hint);
    if (!kinds[unit].name[0].name[0])
        return dv_fail(d, DV_E_CONFIG,
                       "unit '%.*s' does not fit a plain number: write it like '%s'",
                       n > 40 ? 40 : (int)n, text, kinds[unit].hint);
    return dv_fail(d, DV_E_CONFIG, "unit '%.*s' does not fit here: write it like '%s'",
                   n > 40 ? 40 : (int)n, text, kinds[unit].hint);
}

/* Splits number and unit of a text. */
static enum dv_err split(struct decimal *v, const struct unit_name **u, unsigned unit,
                         const char *text, size_t n, bool bare, struct dv_diag *d)
{
    if (!decimal_read(v, text, n))
        return no_number(unit, text, n, d);
    size_t at = v->length;
    while (at < n && text[at] == ' ')
        at++;
    if (at < n && (is_digit(text[at]) || text[at] == '.'))
        return no_number(unit, text, n, d);
    *u = at == n && bare ? &kinds[unit].name[0] : unit_find(unit, text + at, n - at);
    return *u ? DV_OK : wrong_unit(unit, text + at, n - at, d);
}

static enum dv_err truth(const char *text, size_t n, uint64_t *out, struct dv_diag *d)
{
    *out = n == 4 && memcmp(text, "true", 4) == 0;
    if (*out || (n == 5 && memcmp(text, "false", 5) == 0))
        return DV_OK;
    return dv_fail(d, DV_E_CONFIG, "'%.*s' is neither true nor false", n > 40 ? 40 : (int)n, text);
}

enum dv_err dv_chip_number(unsigned unit, const char *text, size_t n, bool bare, uint64_t *out,
                           struct dv_diag *d)
{
    struct decimal v;
    const struct unit_name *u;
    if (unit == DV_PU_BOOL)
        return truth(text, n, out, d);
    enum dv_err e = split(&v, &u, unit, text, n, bare, d);
    return e ? e : scaled(&v, u->scale, kinds[unit].rounds, text, n, out, d);
}

enum dv_err dv_chip_range(unsigned unit, const char *text, size_t n, const char *range,
                          size_t range_n, uint64_t *low, uint64_t *high, struct dv_diag *d)
{
    struct decimal v, a, b = {0};
    const struct unit_name *u;
    enum dv_err e = split(&v, &u, unit, text, n, false, d);
    if (e)
        return e;
    bool good = decimal_read(&a, range, range_n) && a.length + 2 < range_n &&
                memcmp(range + a.length, "..", 2) == 0 &&
                decimal_read(&b, range + a.length + 2, range_n - a.length - 2) &&
                a.length + 2 + b.length == range_n;
    if (!good)
        return dv_fail(d, DV_E_CONFIG, "range '%.*s' is not of the form low..high in the unit of v",
                       range_n > 40 ? 40 : (int)range_n, range);
    e = scaled(&a, u->scale, kinds[unit].rounds, range, range_n, low, d);
    if (!e)
        e = scaled(&b, u->scale, kinds[unit].rounds, range, range_n, high, d);
    if (!e && *low > *high)
        return dv_fail(d, DV_E_CONFIG, "range '%.*s' is upside down", (int)range_n, range);
    return e;
}

/* ---- value to text --------------------------------------------------------------------------- */

/* Fewest decimals of v / scale that scale back to v. */
static int shortest(uint64_t v, uint64_t scale, char *out, size_t size)
{
    u128 parts = 1, rounded = 0;
    unsigned fraction = 0;
    for (; fraction < 20; fraction++, parts *= 10) {
        rounded = ((u128)v * parts + scale / 2) / scale;
        if ((rounded * scale + parts / 2) / parts == v)
            break;
    }
    uint64_t whole = (uint64_t)(rounded / parts), rest = (uint64_t)(rounded % parts);
    if (!fraction)
        return snprintf(out, size, "%llu", (unsigned long long)whole);
    return snprintf(out, size, "%llu.%0*llu", (unsigned long long)whole, (int)fraction,
                    (unsigned long long)rest);
}

/* The largest unit of which v is a whole multiple; the base for rates, cycles and zero. */
static const struct unit_name *unit_for(unsigned unit, uint64_t v)
{
    const struct unit_name *best = NULL, *u = kinds[unit].name;
    if (kinds[unit].rounds || !v)
        return u;
    for (unsigned i = 0; i < 6 && u[i].scale; i++)
        if (v % u[i].scale == 0 && (!best || u[i].scale > best->scale))
            best = &u[i];
    return best ? best : u;
}

int dv_chip_number_text(unsigned unit, uint64_t v, char *out, size_t size)
{
    char number[48];
    if (unit == DV_PU_BOOL)
        return snprintf(out, size, "%s", v ? "true" : "false");
    const struct unit_name *u = unit_for(unit, v);
    shortest(v, u->scale, number, sizeof number);
    return snprintf(out, size, "%s%s%s", number, u->name[0] ? " " : "", u->name);
}

int dv_chip_range_text(unsigned unit, uint64_t v, uint64_t low, uint64_t high, char *out,
                       size_t size)
{
    char from[48], to[48];
    const struct unit_name *u = unit_for(unit, v);
    shortest(low, u->scale, from, sizeof from);
    shortest(high, u->scale, to, sizeof to);
    return snprintf(out, size, "%s..%s", from, to);
}

int dv_chip_param_text(const struct dv_chip *c, unsigned id, char *out, size_t size)
{
    return dv_chip_number_text(dv_chip_params[id].unit, c->v[id], out, size);
}

/* ---- override -------------------------------------------------------------------------------- */

static const char *path_at(const void *ctx, unsigned i)
{
    (void)ctx;
    return i < DV_CHIP_PARAM_COUNT ? dv_chip_params[i].path : NULL;
}

static enum dv_err no_path(const char *path, struct dv_diag *d)
{
    const char *near = dv_nearest(path, strlen(path), 0, path_at, NULL);
    if (near)
        return dv_fail(d, DV_E_CONFIG, "no chip parameter '%.80s': did you mean '%s'?", path, near);
    return dv_fail(d, DV_E_CONFIG, "no chip parameter '%.80s': 'dv chip NAME --full' lists them",
                   path);
}

/* Sizes are whole granules: what one access takes (timing.md 1.6, 12). */
static const struct {
    uint16_t id, bytes;
} granules[] = {
    {DV_CP_mem_bytes, 512},  {DV_CP_l2_bytes, 512},   {DV_CP_ub_bytes, 32},
    {DV_CP_l1_bytes, 32},    {DV_CP_l0a_bytes, 512},  {DV_CP_l0b_bytes, 512},
    {DV_CP_l0c_bytes, 64},   {DV_CP_bt_bytes, 64},    {DV_CP_fb_bytes, 64},
    {DV_CP_icache_aic, 128}, {DV_CP_icache_aiv, 128}, {DV_CP_dcache_bytes, 64},
};

static enum dv_err check_granule(unsigned id, uint64_t v, struct dv_diag *d)
{
    for (unsigned i = 0; i < sizeof granules / sizeof granules[0]; i++)
        if (granules[i].id == id && v % granules[i].bytes)
            return dv_fail(d, DV_E_CONFIG,
                           "%s = %llu B is no multiple of %u B: the nearest below is %llu B",
                           dv_chip_params[id].path, (unsigned long long)v, granules[i].bytes,
                           (unsigned long long)(v - v % granules[i].bytes));
    return DV_OK;
}

enum dv_err dv_chip_limits(unsigned id, uint64_t v, struct dv_diag *d)
{
    const struct dv_chip_param *p = &dv_chip_params[id];
    char is[48], low[48], high[48];
    if (v >= p->least && v <= p->greatest)
        return check_granule(id, v, d);
    dv_chip_number_text(p->unit, v, is, sizeof is);
    dv_chip_number_text(p->unit, p->least, low, sizeof low);
    dv_chip_number_text(p->unit, p->greatest, high, sizeof high);
    return dv_fail(d, DV_E_CONFIG, "%s = %s is outside the allowed %s to %s", p->path, is, low,
                   high);
}

enum dv_err dv_chip_set(struct dv_chip *c, const char *path, const char *text, struct dv_diag *d)
{
    unsigned id = dv_chip_param_find(path, strlen(path));
    uint64_t v = 0;
    if (id == DV_CHIP_PARAM_COUNT)
        return no_path(path, d);
    enum dv_err e = dv_chip_number(dv_chip_params[id].unit, text, strlen(text), true, &v, d);
    if (!e)
        e = dv_chip_limits(id, v, d);
    if (e)
        return e;
    c->v[id] = v;
    memset(&c->origin[id], 0, sizeof c->origin[id]);
    c->origin[id].from = DV_FROM_OURS;
    c->origin[id].low = 1;
    snprintf(c->origin[id].src, sizeof c->origin[id].src, "--set");
    return DV_OK;
}

const struct dv_origin *dv_chip_origin(const struct dv_chip *c, unsigned number)
{
    return number < DV_CHIP_PARAM_COUNT ? &c->origin[number]
                                        : &c->cost[number - DV_CHIP_PARAM_COUNT].origin;
}

int dv_chip_number_path(const struct dv_chip *c, unsigned number, char *out, size_t size)
{
    if (number < DV_CHIP_PARAM_COUNT)
        return snprintf(out, size, "%s", dv_chip_params[number].path);
    const struct dv_vcost *row = &c->cost[number - DV_CHIP_PARAM_COUNT];
    const char *name = row->cost ? dv_cost_names[row->cost] : "vec_default";
    if (row->bits)
        return snprintf(out, size, "costs: %s w%u", name, row->bits);
    return snprintf(out, size, "costs: %s%s%s", name, row->type ? " " : "",
                    row->type ? dv_types[row->type].name : "");
}
