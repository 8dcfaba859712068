/* Decode, encode and look up: the four directions over the generated tables, apart from text
 * (print.c). Knows no instruction by name; everything comes from isa/table.h. */
#include "isa/table.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- elements, provenance, pipes ------------------------------------------------------------- */

static const struct {
    const char *name;
    uint8_t bits;
} elems[DV_ELEMS] = {
    [DV_EL_NONE] = {"", 0},    [DV_EL_U8] = {"u8", 8},      [DV_EL_S8] = {"s8", 8},
    [DV_EL_U16] = {"u16", 16}, [DV_EL_S16] = {"s16", 16},   [DV_EL_U32] = {"u32", 32},
    [DV_EL_S32] = {"s32", 32}, [DV_EL_U64] = {"u64", 64},   [DV_EL_S64] = {"s64", 64},
    [DV_EL_F16] = {"f16", 16}, [DV_EL_BF16] = {"bf16", 16}, [DV_EL_F32] = {"f32", 32},
    [DV_EL_B4] = {"b4", 4},    [DV_EL_S4] = {"s4", 4},      [DV_EL_B8] = {"b8", 8},
    [DV_EL_B16] = {"b16", 16}, [DV_EL_B32] = {"b32", 32},   [DV_EL_B64] = {"b64", 64},
};

static const char *const from_names[DV_FROMS] = {
    "none",   "vendor-table", "vendor-source", "manual", "published", "measured", "documented",
    "fitted", "inferred",     "recalled",      "guess",  "ours",      "unknown",
};

/* CONTRACT section 1: s v m mte1 mte2 mte3 all mte4 mte5 v2 fix. */
static const struct {
    const char *json, *report;
} pipes[DV_PIPE_COUNT] = {
    [DV_PIPE_S] = {"SCALAR", "PIPE_S"},     [DV_PIPE_V] = {"VECTOR", "PIPE_V"},
    [DV_PIPE_M] = {"CUBE", "PIPE_M"},       [DV_PIPE_MTE1] = {"MTE1", "PIPE_MTE1"},
    [DV_PIPE_MTE2] = {"MTE2", "PIPE_MTE2"}, [DV_PIPE_MTE3] = {"MTE3", "PIPE_MTE3"},
    [DV_PIPE_ALL] = {"SCALAR", "PIPE_ALL"}, [DV_PIPE_MTE4] = {"MTE4", "PIPE_MTE4"},
    [DV_PIPE_MTE5] = {"MTE5", "PIPE_MTE5"}, [DV_PIPE_V2] = {"V2", "PIPE_V2"},
    [DV_PIPE_FIX] = {"FIXP", "PIPE_FIX"},
};

/* Does the n-byte text equal the name, in any case? */
static bool is(const char *name, const char *text, size_t n)
{
    return name && strlen(name) == n && strncasecmp(name, text, n) == 0;
}

unsigned dv_elem_bits(enum dv_elem e)
{
    return (unsigned)e < DV_ELEMS ? elems[e].bits : 0;
}

const char *dv_elem_name(enum dv_elem e)
{
    return (unsigned)e < DV_ELEMS ? elems[e].name : "";
}

enum dv_elem dv_elem_find(const char *name, size_t n)
{
    for (int i = 1; i < DV_ELEMS; i++)
        if (is(elems[i].name, name, n))
            return (enum dv_elem)i;
    return DV_EL_NONE;
}

const char *dv_from_name(enum dv_from f)
{
    return (unsigned)f < DV_FROMS ? from_names[f] : "none";
}

enum dv_from dv_from_find(const char *name, size_t n)
{
    for (int i = 1; i < DV_FROMS; i++)
        if (is(from_names[i], name, n))
            return (enum dv_from)i;
    return DV_FROM_NONE;
}

const char *dv_pipe_json(unsigned pipe)
{
    return pipe < DV_PIPE_COUNT ? pipes[pipe].json : "";
}

const char *dv_pipe_report(unsigned pipe)
{
    return pipe < DV_PIPE_COUNT ? pipes[pipe].report : "";
}

/* ---- fields and layouts ---------------------------------------------------------------------- */

static uint64_t ones(unsigned width)
{
    return width >= 64 ? ~0ull : (1ull << width) - 1;
}

uint64_t dv_field_get(const struct dv_field *f, const uint64_t w[2])
{
    uint64_t v = 0;
    for (int i = 0; i < f->pieces; i++) {
        unsigned hi = f->piece[i].hi, lo = f->piece[i].lo, n = hi - lo + 1;
        uint64_t part = w[lo / 64] >> (lo & 63) & ones(n);
        v = n == 64 ? part : v << n | part;
    }
    if (f->is_signed && v >> (f->width - 1) & 1)
        v |= ~ones(f->width);
    return v;
}

void dv_field_set(const struct dv_field *f, uint64_t w[2], uint64_t v)
{
    unsigned left = f->width;
    for (int i = 0; i < f->pieces; i++) {
        unsigned hi = f->piece[i].hi, lo = f->piece[i].lo, n = hi - lo + 1;
        left -= n;
        uint64_t m = ones(n) << (lo & 63);
        w[lo / 64] = (w[lo / 64] & ~m) | (v >> left << (lo & 63) & m);
    }
}

/* Raw bits of a value; false when scaling loses bits or the field is too narrow. */
static bool to_raw(const struct dv_field *f, int64_t v, uint64_t *raw)
{
    int64_t unbiased = (int64_t)((uint64_t)v - f->bias);
    int64_t r = unbiased >> f->scale;
    if ((int64_t)((uint64_t)r << f->scale) != unbiased)
        return false;
    *raw = (uint64_t)r;
    if (f->width >= 64)
        return true;
    if (f->is_signed)
        return r >= -(int64_t)(ones(f->width - 1u) + 1) && r <= (int64_t)ones(f->width - 1u);
    return r >= 0 && *raw <= ones(f->width);
}

static int64_t to_value(const struct dv_field *f, uint64_t raw)
{
    return (int64_t)((raw << f->scale) + f->bias);
}

static bool in_range(const struct dv_field *f, int64_t v)
{
    return (int64_t)f->min > (int64_t)f->max || (v >= (int64_t)f->min && v <= (int64_t)f->max);
}

bool dv_field_fits(const struct dv_field *f, int64_t v)
{
    uint64_t raw;
    return to_raw(f, v, &raw) && in_range(f, v);
}

const struct dv_field *dv_layout_field(const struct dv_layout *l, const char *name, size_t n)
{
    for (int i = 0; i < l->fields; i++) {
        const struct dv_field *f = &l->field[i];
        if (!f->must_zero && !f->unexplained && (is(f->name, name, n) || is(f->alias, name, n)))
            return f;
    }
    return NULL;
}

const struct dv_layout *dv_layout_find(const char *name, size_t n)
{
    for (unsigned i = 0; i < dv_layout_count; i++)
        if (is(dv_layouts[i]->name, name, n))
            return dv_layouts[i];
    return NULL;
}

const char *dv_enum_name(const struct dv_enum *e, uint32_t value)
{
    for (int i = 0; i < e->values; i++)
        if (e->value[i].value == value)
            return e->value[i].name;
    return NULL;
}

bool dv_enum_find(const struct dv_enum *e, const char *name, size_t n, uint32_t *value)
{
    for (int i = 0; i < e->values; i++) {
        if (is(e->value[i].name, name, n)) {
            *value = e->value[i].value;
            return true;
        }
    }
    return false;
}

const struct dv_spr *dv_spr_find(const char *name, size_t n)
{
    for (unsigned i = 0; i < dv_spr_count; i++)
        if (is(dv_sprs[i].name, name, n))
            return &dv_sprs[i];
    return NULL;
}

const struct dv_spr *dv_spr_number(unsigned number)
{
    unsigned place = number < DV_SPR_NUMBERS ? dv_spr_places[number] : 0;
    return place ? &dv_sprs[place - 1] : NULL;
}

/* ---- matching -------------------------------------------------------------------------------- */

static const struct dv_field *var_field(const struct dv_insn *in, const struct dv_var *v)
{
    return &in->layout->field[v->field];
}

static uint64_t word_get(const struct dv_field *f, uint32_t word)
{
    const uint64_t w[2] = {word, 0};
    return dv_field_get(f, w);
}

static const struct dv_type_code *find_type(const struct dv_insn *in, uint64_t code)
{
    for (int i = 0; i < in->types; i++)
        if (in->type[i].code == code)
            return &in->type[i];
    return NULL;
}

static bool value_exists(const struct dv_insn *in, const struct dv_var *v, uint32_t word)
{
    const struct dv_field *f = var_field(in, v);
    uint64_t raw = word_get(f, word);
    if (v->role == DV_ROLE_TYPE)
        return find_type(in, raw) != NULL;
    if (f->enum_id)
        return dv_enum_name(&dv_enums[f->enum_id - 1], (uint32_t)raw) != NULL;
    return true;
}

/* Fields that belong to the row must have one of its values. */
static bool row_matches(const struct dv_insn *in, uint32_t word)
{
    const struct dv_row *row = dv_row_of(in);
    if ((word & in->mask) != in->match)
        return false;
    if (row->mask == in->mask)
        return true;
    for (int i = 0; i < row->vars; i++)
        if (row->var[i].in_row && !value_exists(in, &row->var[i], word))
            return false;
    return true;
}

const struct dv_insn *dv_isa_match(uint32_t word, unsigned kinds)
{
    unsigned top = word >> 24;
    for (unsigned i = dv_top_first[top]; i < dv_top_first[top + 1]; i++) {
        const struct dv_insn *in = &dv_insns[dv_top_rows[i]];
        if (in->on & kinds && row_matches(in, word))
            return in;
    }
    return NULL;
}

const char *const dv_lack_names[] = {"", "unknown", "outside"};

/* ---- legality -------------------------------------------------------------------------------- */

static enum dv_err legal_type(const struct dv_insn *in, const struct dv_field *f, uint32_t word,
                              struct dv_diag *d)
{
    uint64_t code = word_get(f, word);
    if (find_type(in, code))
        return DV_OK;
    return dv_fail(d, DV_E_ILLEGAL, "%s has no type with code %u%s", in->stem, (unsigned)code,
                   in->on == DV_ON(DV_C100) ? " on c100" : "");
}

static enum dv_err legal_value(const struct dv_insn *in, const struct dv_field *f, uint32_t word,
                               struct dv_diag *d)
{
    uint64_t raw = word_get(f, word);
    int64_t v = to_value(f, raw);
    if (!strcmp(f->name, "spr") && !dv_spr_number((unsigned)raw))
        return dv_fail(d, DV_E_ILLEGAL, "no special register has number %u", (unsigned)raw);
    if (f->enum_id && !dv_enum_name(&dv_enums[f->enum_id - 1], (uint32_t)raw))
        return dv_fail(d, DV_E_ILLEGAL, "%s: field %s has no value %u", in->stem, f->name,
                       (unsigned)raw);
    if (!in_range(f, v))
        return dv_fail(d, DV_E_ILLEGAL, "%s: field %s is %lld, outside %lld..%lld", in->stem,
                       f->name, (long long)v, (long long)f->min, (long long)f->max);
    return DV_OK;
}

static enum dv_err legal_gaps(const struct dv_insn *in, uint32_t word, struct dv_diag *d)
{
    for (int i = 0; i < in->layout->fields; i++) {
        const struct dv_field *f = &in->layout->field[i];
        if (f->must_zero && word_get(f, word))
            return dv_fail(d, DV_E_RESERVED, "%s: reserved bits %u:%u are set", in->stem,
                           f->piece[0].hi, f->piece[f->pieces - 1].lo);
    }
    return DV_OK;
}

static bool only_holds(const struct dv_insn *in, const struct dv_only *o, uint32_t word)
{
    for (unsigned i = 0; i < o->fields; i++) {
        uint64_t v = word_get(&in->layout->field[o->field[i]], word);
        if (v > 31 || !(o->values[i] >> v & 1))
            return false;
    }
    return true;
}

/* Selectors that do not go together. */
static enum dv_err legal_only(const struct dv_insn *in, uint32_t word, struct dv_diag *d)
{
    char stem[48], text[400];
    size_t n = 0;

    for (unsigned i = 0; i < in->onlys; i++)
        if (only_holds(in, &in->only[i], word))
            return DV_OK;
    if (!in->onlys)
        return DV_OK;
    for (const char *p = in->stem; *p && n + 1 < sizeof stem; p++)
        stem[n++] = *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
    stem[n] = '\0';
    n = 0;
    for (unsigned i = 0; i < in->only[0].fields; i++) {
        const struct dv_field *f = &in->layout->field[in->only[0].field[i]];
        const char *name = dv_enum_name(&dv_enums[f->enum_id - 1], (uint32_t)word_get(f, word));
        n += (size_t)snprintf(text + n, sizeof text - n, " %s=%s", f->name, name ? name : "?");
    }
    for (unsigned i = 0; i < in->onlys && n < sizeof text; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", i ? "; " : ": it takes ",
                              in->only[i].text);
    return dv_fail(d, DV_E_ILLEGAL, "bad %s configuration%s", stem, text);
}

enum dv_err dv_isa_legal(const struct dv_insn *in, uint32_t word, struct dv_diag *d)
{
    const struct dv_row *row = dv_row_of(in);
    enum dv_err e = legal_gaps(in, word, d);
    for (int i = 0; i < row->vars && e == DV_OK; i++) {
        const struct dv_var *v = &row->var[i];
        if (v->role == DV_ROLE_TYPE)
            e = legal_type(in, var_field(in, v), word, d);
        else if (v->role == DV_ROLE_IMM || v->role == DV_ROLE_SEL)
            e = legal_value(in, var_field(in, v), word, d);
    }
    return e ? e : legal_only(in, word, d);
}

/* ---- decode ---------------------------------------------------------------------------------- */

void dv_op_init(struct dv_op *op, const struct dv_insn *in)
{
    memset(op, 0, sizeof *op);
    op->insn = (uint16_t)(in - dv_insns);
    op->exec = in->exec;
    op->sem = in->sem;
    op->lane = in->lane;
    op->pipe = in->pipe;
}

/* The queue: a field names it for flags and barriers; ALL is the scalar unit's business. */
static void set_pipe(struct dv_op *op)
{
    const struct dv_insn *in = dv_op_insn(op);
    unsigned pipe = in->pipe;
    if (in->pipe_field)
        pipe = dv_op_sel(op, in->pipe_field - 1u);
    op->pipe = pipe == DV_PIPE_ALL ? DV_PIPE_S : (uint8_t)pipe;
}

static void put_register(struct dv_op *op, unsigned slot, uint8_t number)
{
    op->x[slot] = number;
    op->slots |= (uint8_t)(1u << slot);
}

static void take_var(struct dv_op *op, const struct dv_insn *in, const struct dv_var *v)
{
    const struct dv_field *f = var_field(in, v);
    uint64_t raw = word_get(f, op->word);
    const struct dv_type_code *t;
    switch ((enum dv_role)v->role) {
    case DV_ROLE_FREE:
        break;
    case DV_ROLE_TYPE:
        t = find_type(in, raw);
        op->type = t ? t->type : 0;
        break;
    case DV_ROLE_REG:
        put_register(op, v->at, (uint8_t)raw);
        break;
    case DV_ROLE_IMM:
        op->imm = (int32_t)to_value(f, raw);
        break;
    case DV_ROLE_SEL:
        op->sel[v->at] = (uint8_t)to_value(f, raw);
        break;
    }
}

enum dv_err dv_isa_decode(uint32_t word, unsigned kinds, struct dv_op *op, bool *named,
                          struct dv_diag *d)
{
    const struct dv_insn *in = dv_isa_match(word, kinds);
    if (named)
        *named = in != NULL;
    if (!in) {
        memset(op, 0, sizeof *op);
        op->word = word;
        return dv_fail(d, DV_E_ILLEGAL, "no instruction has the word 0x%08x", word);
    }
    const struct dv_row *row = dv_row_of(in);
    dv_op_init(op, in);
    op->word = word;
    for (int i = 0; i < row->vars; i++)
        take_var(op, in, &row->var[i]);
    set_pipe(op);
    return dv_isa_legal(in, word, d);
}

/* ---- encode ---------------------------------------------------------------------------------- */

static const struct dv_var *find_var(const struct dv_insn *in, const struct dv_field *f)
{
    const struct dv_row *row = dv_row_of(in);
    for (int i = 0; i < row->vars; i++)
        if (var_field(in, &row->var[i]) == f && row->var[i].role != DV_ROLE_FREE)
            return &row->var[i];
    return NULL;
}

static int64_t var_value(const struct dv_op *op, const struct dv_var *v)
{
    switch ((enum dv_role)v->role) {
    case DV_ROLE_TYPE:
        return op->type;
    case DV_ROLE_REG:
        return op->x[v->at];
    case DV_ROLE_IMM:
        return op->imm;
    case DV_ROLE_SEL:
        return op->sel[v->at];
    case DV_ROLE_FREE:
        break;
    }
    return 0;
}

int64_t dv_op_get(const struct dv_op *op, const struct dv_field *f)
{
    const struct dv_var *v = find_var(dv_op_insn(op), f);
    return v ? var_value(op, v) : 0;
}

/* Smallest and largest value of a field, for messages. */
static void limits(const struct dv_field *f, int64_t *least, int64_t *most)
{
    uint64_t top = ones(f->width - (unsigned)f->is_signed);
    *least = to_value(f, f->is_signed ? ~top : 0);
    *most = to_value(f, top);
    if ((int64_t)f->min <= (int64_t)f->max) {
        *least = (int64_t)f->min;
        *most = (int64_t)f->max;
    }
}

static enum dv_err range_error(const struct dv_insn *in, const struct dv_field *f, int64_t v,
                               struct dv_diag *d)
{
    int64_t least, most;
    limits(f, &least, &most);
    if (v >= least && v <= most)
        return dv_fail(d, DV_E_RANGE, "%s: %s is %lld, not a multiple of %u", in->stem, f->name,
                       (long long)v, 1u << f->scale);
    return dv_fail(d, DV_E_RANGE, "%s: %s is %lld, outside %lld..%lld", in->stem, f->name,
                   (long long)v, (long long)least, (long long)most);
}

/* Raw bits of one variable field; types go through the row's codes. */
static enum dv_err var_raw(const struct dv_insn *in, const struct dv_var *v, int64_t value,
                           uint64_t *raw, struct dv_diag *d)
{
    const struct dv_field *f = var_field(in, v);
    if (v->role != DV_ROLE_TYPE) {
        if (!to_raw(f, value, raw) || !in_range(f, value))
            return range_error(in, f, value, d);
        if (f->enum_id && !dv_enum_name(&dv_enums[f->enum_id - 1], (uint32_t)*raw))
            return dv_fail(d, DV_E_RANGE, "%s: %s has no value %lld", in->stem, f->name,
                           (long long)value);
        return DV_OK;
    }
    for (int i = 0; i < in->types; i++) {
        if (in->type[i].type == value) {
            *raw = in->type[i].code;
            return DV_OK;
        }
    }
    bool known = value > 0 && value < (int64_t)dv_type_count;
    return dv_fail(d, DV_E_RANGE, "%s has no type %s", in->stem,
                   known ? dv_types[value].name : "of that number");
}

enum dv_err dv_op_put(struct dv_op *op, const struct dv_field *f, int64_t value, struct dv_diag *d)
{
    const struct dv_insn *in = dv_op_insn(op);
    const struct dv_var *v = find_var(in, f);
    uint64_t raw;
    if (!v)
        return dv_fail(d, DV_E_SYMBOL, "%s has no operand %s", in->stem, f->name);
    enum dv_err e = var_raw(in, v, value, &raw, d);
    if (e != DV_OK)
        return e;
    if (v->role == DV_ROLE_TYPE)
        op->type = (uint8_t)value;
    else if (v->role == DV_ROLE_REG)
        put_register(op, v->at, (uint8_t)value);
    else if (v->role == DV_ROLE_IMM)
        op->imm = (int32_t)value;
    else
        op->sel[v->at] = (uint8_t)value;
    if (v->role == DV_ROLE_SEL)
        set_pipe(op);
    return DV_OK;
}

enum dv_err dv_isa_encode(const struct dv_op *op, uint32_t *word, struct dv_diag *d)
{
    const struct dv_insn *in = dv_op_insn(op);
    const struct dv_row *row = dv_row_of(in);
    uint64_t w[2] = {in->match, 0};
    for (int i = 0; i < row->vars; i++) {
        const struct dv_var *v = &row->var[i];
        uint64_t raw = 0;
        if (v->role == DV_ROLE_FREE)
            continue;
        enum dv_err e = var_raw(in, v, var_value(op, v), &raw, d);
        if (e != DV_OK)
            return e;
        dv_field_set(var_field(in, v), w, raw);
    }
    *word = (uint32_t)w[0];
    return DV_OK;
}
