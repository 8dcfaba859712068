/* Proofs over finished entries: no two rows claim one word unless one refines the other, and every
 * example is the text and the word of its entry in both directions.
 *
 * Works on the model only; the printer here mirrors dv_isa_print() on purpose: tests compare
 * both. */
#include "isa/gen/gen.h"

#include <stdarg.h>
#include <string.h>

/* ---- overlaps -------------------------------------------------------------------------------- */

/* Legal raw values of a field that is part of the row. */
static int row_values(const struct isa *isa, const struct insn *in, int f, uint64_t *out, int most)
{
    const struct field *field = &isa->layout[in->layout].field[f];
    int n = 0;
    if (in->role[f] == ROLE_TYPE) {
        for (int i = 0; i < in->types && n < most; i++)
            out[n++] = in->type[i].value;
        return n;
    }
    const struct named *e = &isa->named[field->enum_id - 1];
    for (int i = 0; i < e->values && n < most; i++)
        out[n++] = e->value[i].value;
    return n;
}

/* Does some word of row b, values of fields from f on still open, lie in (match, mask)? */
static bool row_meets(const struct isa *isa, const struct insn *b, int f, uint32_t b_match,
                      uint32_t b_mask, uint32_t match, uint32_t mask)
{
    if ((b_match ^ match) & b_mask & mask)
        return false;
    const struct layout *l = &isa->layout[b->layout];
    while (f < l->fields && !b->in_row[f])
        f++;
    if (f == l->fields)
        return true;
    uint64_t value[64];
    int n = row_values(isa, b, f, value, 64);
    uint32_t bits = field_bits(&l->field[f], ~0ull);
    for (int i = 0; i < n; i++)
        if (row_meets(isa, b, f + 1, b_match | field_bits(&l->field[f], value[i]), b_mask | bits,
                      match, mask))
            return true;
    return false;
}

/* The same with the open fields of both rows. */
static bool rows_meet(const struct isa *isa, const struct insn *a, int f, uint32_t match,
                      uint32_t mask, const struct insn *b)
{
    if ((b->match ^ match) & b->mask & mask)
        return false;
    const struct layout *l = &isa->layout[a->layout];
    while (f < l->fields && !a->in_row[f])
        f++;
    if (f == l->fields)
        return row_meets(isa, b, 0, b->match, b->mask, match, mask);
    uint64_t value[64];
    int n = row_values(isa, a, f, value, 64);
    uint32_t bits = field_bits(&l->field[f], ~0ull);
    for (int i = 0; i < n; i++)
        if (rows_meet(isa, a, f + 1, match | field_bits(&l->field[f], value[i]), mask | bits, b))
            return true;
    return false;
}

static bool says_over(const struct insn *in, const char *name)
{
    for (int i = 0; i < in->overs; i++)
        if (!strcmp(in->over[i], name))
            return true;
    return false;
}

static void check_overlap(const struct isa *isa, const struct insn *a, const struct insn *b)
{
    if (!(a->on & b->on) || !rows_meet(isa, a, 0, a->match, a->mask, b))
        return;
    const struct insn *fine = b, *rough = a;
    if ((a->row_mask & b->row_mask) == b->row_mask)
        fine = a, rough = b;
    bool nested =
        fine->row_mask != rough->row_mask && (fine->row_mask & rough->row_mask) == rough->row_mask;
    if (!nested)
        fail(b->at, "%s and %s match one word and neither mask contains the other", b->name,
             a->name);
    else if (!says_over(fine, rough->name))
        fail(fine->at, "%s refines %s: say 'over %s'", fine->name, rough->name, rough->name);
}

static void check_over(const struct isa *isa, const struct insn *in)
{
    for (int i = 0; i < in->overs; i++) {
        const struct insn *other = NULL;
        for (int k = 0; k < isa->insns; k++)
            if (!strcmp(isa->insn[k].name, in->over[i]))
                other = &isa->insn[k];
        if (!other)
            fail(in->at, "%s is over %s, which does not exist", in->name, in->over[i]);
        else if (!rows_meet(isa, in, 0, in->match, in->mask, other))
            fail(in->at, "%s is over %s, but no word matches both", in->name, in->over[i]);
    }
}

static void check_with(const struct isa *isa, const struct insn *in)
{
    for (int k = 0; in->with && k < isa->insns; k++) {
        const struct insn *other = &isa->insn[k];
        if (!strcmp(other->name, in->with) && other != in && !other->with &&
            other->mask == in->mask && !strcmp(other->table, in->table))
            return;
    }
    if (in->with)
        fail(in->at, "%s has its rows with %s, which has not the same fixed bits and spelling",
             in->name, in->with);
}

/* ---- examples -------------------------------------------------------------------------------- */

struct sheet {
    char text[256];
    size_t n;
};

static void put(struct sheet *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void put(struct sheet *s, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (s->n < sizeof s->text) {
        int n = vsnprintf(s->text + s->n, sizeof s->text - s->n, fmt, ap);
        s->n += n > 0 ? (size_t)n : 0;
    }
    va_end(ap);
}

static void put_number(struct sheet *s, const struct field *f, int64_t v)
{
    if (f->is_rel)
        put(s, "%+lld", (long long)v);
    else if (v > -4096 && v < 4096)
        put(s, "%lld", (long long)v);
    else
        put(s, "%s0x%llx", v < 0 ? "-" : "", (unsigned long long)(v < 0 ? -v : v));
}

static void put_spr(const struct isa *isa, struct sheet *s, int64_t number)
{
    for (int i = 0; i < isa->sprs; i++) {
        if (isa->spr[i].number != number)
            continue;
        for (const char *p = isa->spr[i].name; *p; p++)
            put(s, "%c", *p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
        return;
    }
    put(s, "spr%lld", (long long)number);
}

static void put_hole(const struct isa *isa, const struct insn *in, int i, uint32_t word,
                     struct sheet *s)
{
    const struct field *f = &isa->layout[in->layout].field[i];
    int64_t v = field_value(f, word);
    const char *name = NULL;
    if (in->role[i] == ROLE_TYPE) {
        for (int t = 0; t < in->types; t++)
            if (in->type[t].value == (uint64_t)v)
                name = in->type[t].name;
        put(s, "%s", name ? name : "<illegal>");
    } else if (in->role[i] == ROLE_REG) {
        put(s, "x%lld", (long long)v);
    } else if (!strcmp(f->name, "spr")) {
        put_spr(isa, s, v);
    } else if (f->enum_id && (name = enum_text(&isa->named[f->enum_id - 1], (uint64_t)v, false))) {
        put(s, "%s", name);
    } else {
        put_number(s, f, v);
    }
}

static void print_word(const struct isa *isa, const struct insn *in, uint32_t word, struct sheet *s)
{
    const struct layout *l = &isa->layout[in->layout];
    for (const char *p = in->form; *p; p++) {
        if (*p != '{') {
            put(s, "%c", *p);
            continue;
        }
        size_t n = strcspn(p, "}");
        put_hole(isa, in, find_field(l, keep(p + 1, n - 1)), word, s);
        p += n;
    }
}

static void check_example(const struct isa *isa, const struct insn *in, const struct example *ex)
{
    const struct layout *l = &isa->layout[in->layout];
    struct sheet s = {.n = 0};
    uint32_t known = in->mask;
    for (int i = 0; i < l->fields; i++)
        if (in->role[i] >= ROLE_TYPE)
            known |= field_bits(&l->field[i], ~0ull);
    if ((ex->word & in->mask) != in->match) {
        fail(ex->at, "example 0x%08x is no %s: fixed bits are 0x%08x under 0x%08x", ex->word,
             in->name, in->match, in->mask);
        return;
    }
    if (ex->word & ~known) {
        fail(ex->at, "example 0x%08x sets bits no operand explains: 0x%08x", ex->word,
             ex->word & ~known);
        return;
    }
    print_word(isa, in, ex->word, &s);
    if (strcmp(s.text, ex->text)) {
        fail(ex->at, "example 0x%08x reads '%s', not '%s'", ex->word, s.text, ex->text);
        return;
    }
    for (int i = 0; i < isa->insns; i++) {
        const struct insn *o = &isa->insn[i];
        bool finer = (o->row_mask & in->row_mask) == in->row_mask && o->row_mask != in->row_mask;
        if (o != in && o->on & in->on && finer &&
            row_meets(isa, o, 0, o->match, o->mask, ex->word, 0xffffffffu))
            fail(ex->at, "example 0x%08x decodes as %s", ex->word, o->name);
    }
}

void check_insns(struct isa *isa)
{
    for (int i = 0; i < isa->insns; i++) {
        const struct insn *in = &isa->insn[i];
        for (int k = 0; k < i; k++)
            check_overlap(isa, &isa->insn[k], in);
        check_over(isa, in);
        check_with(isa, in);
        for (int k = 0; k < in->exs; k++)
            check_example(isa, in, &in->ex[k]);
    }
}
