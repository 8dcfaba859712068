/* The cost list of a chip file: head and cycles per repeat of vector classes and types. Owns its
 * rows and the rule which row prices an instruction; classes and types are those of isa/. */
#include "emu/chips/read.h"

#include "isa/near.h"
#include "emu/core/time.h"

#include <stdio.h>
#include <string.h>

enum { CLASS = 1, TYPE = 2, HEAD = 4, EACH = 8, TAIL = 16, FROM = 32, SRC = 64 };

struct cost_key {
    const char *name;
    unsigned bit;
    bool needed;
};

static const struct cost_key keys[] = {
    {"class", CLASS, true}, {"type", TYPE, false}, {"head", HEAD, true}, {"each", EACH, true},
    {"tail", TAIL, false},  {"from", FROM, true},  {"src", SRC, true},
};
enum { KEYS = sizeof keys / sizeof keys[0] };

static const char *class_at(const void *ctx, unsigned i)
{
    (void)ctx;
    if (i == 0)
        return "vec_default";
    return i < DV_COST_COUNT ? dv_cost_names[i] : NULL;
}

static enum dv_err read_class(struct dv_reader *r, const struct dv_scalar_text *t,
                              struct dv_diag *d)
{
    unsigned i = 0;
    const char *name;
    while ((name = class_at(NULL, i)) && !(strlen(name) == t->n && !memcmp(name, t->p, t->n)))
        i++;
    r->row.cost = (uint16_t)i;
    if (name && (i == 0 || dv_time_listed(i)))
        return DV_OK;
    if (name)
        return dv_yaml_fail(r->y, t->line, t->col, d,
                            "class '%s' has a formula of its own and no rows here", name);
    name = dv_nearest(t->p, t->n, 0, class_at, NULL);
    return dv_yaml_fail(r->y, t->line, t->col, d, "unknown cost class '%.*s'%s%s%s",
                        t->n > 40 ? 40 : (int)t->n, t->p, name ? ": did you mean '" : "",
                        name ? name : "", name ? "'?" : "");
}

/* A type suffix, or a width that stands for all types of that width without row. Widths are
 * written w8 .. w64, because b8 .. b64 are types. */
static enum dv_err read_type(struct dv_reader *r, const struct dv_scalar_text *t, struct dv_diag *d)
{
    static const struct {
        const char *name;
        uint8_t bits;
    } width[] = {{"w8", 8}, {"w16", 16}, {"w32", 32}, {"w64", 64}};
    for (unsigned i = 0; i < 4; i++)
        if (strlen(width[i].name) == t->n && !memcmp(width[i].name, t->p, t->n)) {
            r->row.bits = width[i].bits;
            return DV_OK;
        }
    for (unsigned i = 1; i < DV_T_COUNT; i++)
        if (strlen(dv_types[i].name) == t->n && !memcmp(dv_types[i].name, t->p, t->n)) {
            r->row.type = (uint8_t)i;
            return DV_OK;
        }
    return dv_yaml_fail(r->y, t->line, t->col, d,
                        "unknown type '%.*s': use a type suffix, or w8, w16, w32, w64 for a width",
                        t->n > 40 ? 40 : (int)t->n, t->p);
}

static enum dv_err cost_value(struct dv_reader *r, unsigned bit, const struct dv_scalar_text *t,
                              struct dv_diag *d)
{
    switch (bit) {
    case CLASS:
        return read_class(r, t, d);
    case TYPE:
        return read_type(r, t, d);
    case FROM:
        return dv_read_from(r->y, t, &r->row.origin.from, d);
    case SRC:
        return dv_read_src(r->y, t, &r->row.origin, d);
    }
    dv_time *to = bit == HEAD ? &r->row.head : bit == EACH ? &r->row.each : &r->row.tail;
    enum dv_err e = dv_read_value(r->y, t, DV_PU_CYCLES, to, d);
    if (!e && *to > 100000ull * DV_CYCLE)
        return dv_yaml_fail(r->y, t->line, t->col, d, "'%.*s' is above the allowed 100000 cy",
                            (int)t->n, t->p);
    return e;
}

static enum dv_err cost_pair(void *ctx, const struct dv_pair *pair, struct dv_diag *d)
{
    struct dv_reader *r = ctx;
    struct dv_scalar_text text;
    for (unsigned i = 0; i < KEYS; i++) {
        if (!dv_key_is(pair, keys[i].name))
            continue;
        enum dv_err e = dv_yaml_scalar(r->y, pair, &text, d);
        r->given |= keys[i].bit;
        return e ? e : cost_value(r, keys[i].bit, &text, d);
    }
    return dv_yaml_fail(r->y, pair->key.line, pair->key.col, d,
                        "unknown key '%.*s' of a cost row: it has class, type, head, each, tail, "
                        "from and src",
                        pair->key.n > 40 ? 40 : (int)pair->key.n, pair->key.p);
}

static struct dv_vcost *same_row(struct dv_chip *chip, const struct dv_vcost *row)
{
    for (unsigned i = 0; i < chip->costs; i++) {
        struct dv_vcost *c = &chip->cost[i];
        if (c->cost == row->cost && c->type == row->type && c->bits == row->bits)
            return c;
    }
    return NULL;
}

/* The row goes in the place of a parent's row with its class and type, else to the end. */
static enum dv_err keep_row(struct dv_reader *r, const struct dv_scalar_text *at, struct dv_diag *d)
{
    struct dv_chip *chip = r->chip;
    struct dv_vcost *old = same_row(chip, &r->row);
    if (old && strcmp(old->origin.file, r->row.origin.file) == 0)
        return dv_yaml_fail(r->y, at->line, at->col, d,
                            "a second row for this class and type, first in line %d: keep one",
                            old->origin.line);
    if (!old && chip->costs == DV_VCOSTS)
        return dv_yaml_fail(r->y, at->line, at->col, d, "more than %d cost rows", DV_VCOSTS);
    *(old ? old : &chip->cost[chip->costs++]) = r->row;
    return DV_OK;
}

static enum dv_err cost_row(void *ctx, const struct dv_pair *item, struct dv_diag *d)
{
    struct dv_reader *r = ctx;
    memset(&r->row, 0, sizeof r->row);
    r->given = 0;
    r->row.origin.line = item->key.line;
    r->row.origin.col = item->key.col;
    r->row.origin.low = 1;
    snprintf(r->row.origin.file, sizeof r->row.origin.file, "%.*s",
             (int)sizeof r->row.origin.file - 1, r->y->file);
    enum dv_err e = dv_yaml_each_pair(r->y, item->value, &item->key, cost_pair, r, d);
    for (unsigned i = 0; !e && i < KEYS; i++)
        if (keys[i].needed && !(r->given & keys[i].bit))
            e = dv_yaml_fail(r->y, item->key.line, item->key.col, d, "cost row has no '%s'",
                             keys[i].name);
    return e ? e : keep_row(r, &item->key, d);
}

enum dv_err dv_read_costs(struct dv_reader *r, const struct dv_pair *pair, struct dv_diag *d)
{
    return dv_yaml_each_item(r->y, pair->value, &pair->key, cost_row, r, d);
}

/* ---- which row prices a class and type ------------------------------------------------------- */

static unsigned wide_bits(unsigned type)
{
    unsigned a = dv_elem_bits(dv_types[type].src), b = dv_elem_bits(dv_types[type].dst);
    return a > b ? a : b;
}

/* How closely a row fits: 0 not at all, 4 exact type. */
static unsigned fit(const struct dv_vcost *row, unsigned cost, unsigned type)
{
    if (row->cost != cost && row->cost != 0)
        return 0;
    if (row->type)
        return row->cost && row->type == type ? 4 : 0;
    if (row->bits)
        return row->cost && type && row->bits == wide_bits(type) ? 3 : 0;
    return row->cost ? 2 : 1;
}

static uint16_t best_row(const struct dv_chip *chip, unsigned cost, unsigned type)
{
    unsigned best = 0, closest = 0;
    for (unsigned i = 0; i < chip->costs; i++) {
        unsigned f = fit(&chip->cost[i], cost, type);
        if (f > closest) {
            closest = f;
            best = i + 1;
        }
    }
    return (uint16_t)best;
}

/* First type of an executed instruction that no row prices; false when all are priced. */
static bool unpriced(const struct dv_chip *chip, const struct dv_insn *in, unsigned *type)
{
    if (in->exec != DV_EXEC_ITEM || !dv_time_listed(in->cost))
        return false;
    *type = 0;
    if (!in->types)
        return !chip->cost_row[in->cost][0];
    for (unsigned i = 0; i < in->types; i++) {
        *type = in->type[i].type;
        if (!chip->cost_row[in->cost][*type])
            return true;
    }
    return false;
}

enum dv_err dv_cost_index(struct dv_chip *chip, struct dv_diag *d)
{
    unsigned type;
    memset(chip->cost_row, 0, sizeof chip->cost_row);
    for (unsigned c = 1; c < DV_COST_COUNT; c++)
        for (unsigned t = 0; dv_time_listed(c) && t < DV_T_COUNT; t++)
            chip->cost_row[c][t] = best_row(chip, c, t);
    for (unsigned i = 0; i < dv_insn_count; i++)
        if (unpriced(chip, &dv_insns[i], &type))
            return dv_fail(d, DV_E_CONFIG,
                           "no cost row prices %s%s%s: add {class: %s, ..} or {class: vec_default, "
                           "..} to costs",
                           dv_insns[i].stem, type ? "." : "", dv_types[type].name,
                           dv_cost_names[dv_insns[i].cost]);
    return DV_OK;
}
