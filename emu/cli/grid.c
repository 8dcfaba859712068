/* Lists and ranges of dv sweep. Owns their grammar:
 *
 *   LIST   = ITEM { "," ITEM }
 *   ITEM   = FROM ".." TO [":" STEP | ":x" FACTOR] | any other text
 *
 * FROM, TO and STEP are plain decimals, at most six digits after the point; TO is in when a step
 * meets it. */
#include "emu/cli/grid.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/cli/cli.h"
#include "isa/near.h"

const char *const dv_axis_kinds[] = {"arg", "set", "chip", "blocks"};

enum { UNIT = 1000000, DIGITS = 12 }; /* decimals are counted in millionths */

/* One list being read. */
struct reading {
    struct dv_grid *g;
    struct dv_axis *axis;
    const char *text; /* whole argument */
    const char *item; /* where the present one begins */
};

int dv_grid_complain(enum dv_axis_kind kind, const char *text, size_t at, const char *fmt, ...)
{
    static const char *const option[] = {"", "--set ", "--chip ", "--blocks "};
    enum { BEFORE = 40, SHOWN = 80 };
    char why[400];
    size_t skip = at > BEFORE ? at - BEFORE : 0;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    dv_error("%s", why);
    fprintf(stderr, "    %s%.*s\n", option[kind], SHOWN, text + skip);
    fprintf(stderr, "    %*s^\n", (int)(strlen(option[kind]) + at - skip), "");
    return DV_EXIT_USAGE;
}

#define WRONG(r, p, ...) \
    dv_grid_complain((r)->axis->kind, (r)->text, (size_t)((p) - (r)->text), __VA_ARGS__)

/* ---- one value ------------------------------------------------------------------------------- */

static int out_of_memory(void)
{
    dv_error("out of memory");
    return DV_EXIT_INTERNAL;
}

static int check_set(const struct reading *r, const char *value)
{
    unsigned id = dv_chip_param_find(r->axis->name, strlen(r->axis->name));
    struct dv_diag d;
    uint64_t v;
    dv_diag_init(&d);
    if (dv_chip_number(dv_chip_params[id].unit, value, strlen(value), true, &v, &d) ||
        dv_chip_limits(id, v, &d))
        return WRONG(r, r->item, "%s: %s", r->axis->name, d.text);
    return -1;
}

static int check_blocks(const struct reading *r, const char *value)
{
    char *end;
    unsigned long v = isdigit((unsigned char)*value) ? strtoul(value, &end, 10) : 0;
    return v >= 1 && v <= 65535 && !*end ? -1
                                         : WRONG(r, r->item, "blocks are a number in 1..65535");
}

static int add_value(struct reading *r, const char *p, size_t n)
{
    struct dv_axis *a = r->axis;
    if (a->n == DV_GRID_POINTS)
        return WRONG(r, r->item, "more than %d values", DV_GRID_POINTS);
    if (!(a->n & (a->n - 1))) { /* room doubles at powers of two */
        char **more = realloc(a->value, (a->n ? 2 * a->n : 1) * sizeof *more);
        if (!more)
            return out_of_memory();
        a->value = more;
    }
    char *value = strndup(p, n);
    if (!value)
        return out_of_memory();
    a->value[a->n++] = value;
    return a->kind == DV_AXIS_SET      ? check_set(r, value)
           : a->kind == DV_AXIS_BLOCKS ? check_blocks(r, value)
                                       : -1;
}

/* ---- ranges ---------------------------------------------------------------------------------- */

/* A decimal at *p in millionths; *p ends behind it, also when it is none. */
static bool decimal(const char **p, int64_t *out)
{
    bool minus = **p == '-';
    int64_t v = 0, part = UNIT;
    unsigned digits = 0;
    for (*p += minus; isdigit((unsigned char)**p) && digits < DIGITS; (*p)++, digits++)
        v = v * 10 + (**p - '0');
    v *= UNIT;
    if (digits && (*p)[0] == '.' && isdigit((unsigned char)(*p)[1]))
        for ((*p)++; isdigit((unsigned char)**p) && part > 1; (*p)++)
            v += (**p - '0') * (part /= 10);
    *out = minus ? -v : v;
    return digits && !isdigit((unsigned char)**p);
}

static int add_decimal(struct reading *r, int64_t v)
{
    char text[40];
    uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
    int n = snprintf(text, sizeof text, "%s%" PRIu64, v < 0 ? "-" : "", u / UNIT);
    if (u % UNIT) {
        n += snprintf(text + n, sizeof text - (size_t)n, ".%06" PRIu64, u % UNIT);
        while (text[n - 1] == '0')
            n--;
    }
    return add_value(r, text, (size_t)n);
}

struct range {
    int64_t from, to, step; /* millionths; step of a geometric one is its factor, plain */
    bool geometric;
};

static int expand(struct reading *r, const struct range *s)
{
    int status = -1;
    int64_t v = s->from;
    if (!s->geometric && (s->to - s->from) / s->step >= DV_GRID_POINTS)
        return WRONG(r, r->item, "this range has %" PRId64 " values, more than %d",
                     (s->to - s->from) / s->step + 1, DV_GRID_POINTS);
    while (status < 0 && v <= s->to) {
        status = add_decimal(r, v);
        if (s->geometric && v > s->to / s->step)
            break;
        v = s->geometric ? v * s->step : v + s->step;
    }
    return status;
}

/* ":STEP" or ":xFACTOR" at p, up to end. */
static int read_step(struct reading *r, struct range *s, const char *p, const char *end)
{
    const char *at = p + 1;
    s->step = UNIT;
    if (p == end)
        return -1;
    if (*p != ':')
        return WRONG(r, p, "expected ':STEP', ':xFACTOR' or ',' behind the range");
    p = at;
    s->geometric = *p == 'x';
    p += s->geometric;
    if (!decimal(&p, &s->step) || p != end)
        return WRONG(r, p, "expected a step such as 64, or a factor such as x2");
    if (!s->geometric)
        return s->step > 0 ? -1 : WRONG(r, at, "a step must be above 0");
    if (s->step < 2 * UNIT || s->step % UNIT)
        return WRONG(r, at + 1, "a factor must be a whole number of at least 2");
    s->step /= UNIT;
    return s->from > 0 ? -1 : WRONG(r, r->item, "a range with a factor begins above 0");
}

static int read_range(struct reading *r, const char *end)
{
    struct range s = {.geometric = false};
    const char *p = r->item, *to;
    if (!decimal(&p, &s.from) || strncmp(p, "..", 2))
        return WRONG(r, p, "expected a range: FROM..TO, FROM..TO:STEP or FROM..TO:xFACTOR");
    to = p += 2;
    if (!decimal(&p, &s.to) || p > end)
        return WRONG(r, p < end ? p : end, "expected the end of the range, a number");
    int status = read_step(r, &s, p, end);
    if (status >= 0)
        return status;
    return s.from <= s.to ? expand(r, &s) : WRONG(r, to, "the range ends before it begins");
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* A range begins with a number: "../x.npy" is a file. */
static bool is_range(const char *p, const char *end)
{
    const char *q = p + (*p == '-');
    return isdigit((unsigned char)*q) && memmem(p, (size_t)(end - p), "..", 2);
}

static int read_list(struct reading *r, const char *list)
{
    const char *p = list;
    int status = -1;
    for (bool more = true; status < 0 && more;) {
        const char *end = p + strcspn(p, ",");
        r->item = p;
        if (p == end)
            return WRONG(r, p, *p || p != list ? "a value is missing" : "the list is empty");
        status = is_range(p, end) ? read_range(r, end) : add_value(r, p, (size_t)(end - p));
        more = *end == ',';
        p = end + more;
    }
    return status;
}

/* ---- axes ------------------------------------------------------------------------------------ */

static const char *path_name(const void *ctx, unsigned i)
{
    (void)ctx;
    return i < DV_CHIP_PARAM_COUNT ? dv_chip_params[i].path : NULL;
}

static int check_name(const struct reading *r)
{
    const struct dv_axis *a = r->axis;
    size_t n = strlen(a->name);
    for (const struct dv_axis *b = r->g->axis; b < a; b++)
        if (b->kind == a->kind && !strcmp(a->name, b->name))
            return WRONG(r, r->text, "'%.60s' is given twice: write its values as one list",
                         a->name);
    if (a->kind != DV_AXIS_SET || dv_chip_param_find(a->name, n) < DV_CHIP_PARAM_COUNT)
        return -1;
    const char *near = dv_nearest(a->name, n, 0, path_name, NULL);
    return WRONG(r, r->text, "chips have no number '%.60s'%s%s%s", a->name,
                 near ? "; did you mean '" : "; 'dv chip NAME --full' lists them", near ? near : "",
                 near ? "'?" : "");
}

static int name_axis(struct reading *r, const char **list)
{
    bool named = r->axis->kind == DV_AXIS_ARG || r->axis->kind == DV_AXIS_SET;
    const char *eq = strchr(r->text, '=');
    if (named && (!eq || eq == r->text))
        return WRONG(r, eq ? eq : r->text + strlen(r->text), "expected NAME=VALUES");
    r->axis->name =
        named ? strndup(r->text, (size_t)(eq - r->text)) : strdup(dv_axis_kinds[r->axis->kind]);
    *list = named ? eq + 1 : r->text;
    return r->axis->name ? check_name(r) : out_of_memory();
}

int dv_grid_add(struct dv_grid *g, enum dv_axis_kind kind, const char *text)
{
    const char *list = text;
    if (g->axes == DV_GRID_AXES)
        return dv_usage("sweep", "at most %d parameters are taken", DV_GRID_AXES);
    struct reading r = {.g = g, .axis = &g->axis[g->axes++], .text = text, .item = text};
    *r.axis = (struct dv_axis){.kind = kind, .text = text};
    int status = name_axis(&r, &list);
    if (status < 0)
        status = read_list(&r, list);
    if (status >= 0)
        return status;
    uint64_t before = g->axes > 1 ? g->points : 1;
    g->points = before * r.axis->n;
    if (g->points > DV_GRID_POINTS)
        return WRONG(&r, text, "%" PRIu64 " points so far: a grid has at most %d", g->points,
                     DV_GRID_POINTS);
    return -1;
}

size_t dv_grid_index(const struct dv_grid *g, unsigned a, uint64_t point)
{
    for (unsigned i = g->axes; --i > a;)
        point /= g->axis[i].n;
    return (size_t)(point % g->axis[a].n);
}

void dv_grid_free(struct dv_grid *g)
{
    for (unsigned i = 0; i < g->axes; i++) {
        for (size_t v = 0; v < g->axis[i].n; v++)
            free(g->axis[i].value[v]);
        free(g->axis[i].value);
        free(g->axis[i].name);
    }
    *g = (struct dv_grid){.axes = 0};
}
