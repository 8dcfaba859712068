/* Operands of an instruction: registers, addresses, configs, targets, numbers, type suffixes.
 *
 * Owns the checks against what the row says of an operand: address space, layout, range. */
#include "asm/match.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool dv_match_fail(struct dv_match *w, const char *at, int rank, enum dv_err code, const char *fmt,
                   ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    dv_as_fail(w->as, at, code, "%s", text);
    w->at = at;
    w->rank = rank;
    return false;
}

/* Takes over an error recorded by a reader of operands. */
static bool failed(struct dv_match *w, const char *at)
{
    w->at = at;
    w->rank = DV_MEANING;
    return false;
}

/* ---- operands -------------------------------------------------------------------------------- */

static int slot_of(const struct dv_field *f)
{
    static const char *const names[] = {"xd", "xn", "xm", "xt"};
    for (int i = 0; i < DV_SLOTS; i++)
        if (!strcmp(f->name, names[i]))
            return i;
    return -1;
}

static bool check_address(struct dv_match *w, const struct dv_regref *r, int slot, struct dv_span t)
{
    const struct dv_operand *wrong = NULL;
    if (r->layout)
        return dv_match_fail(w, t.p, DV_MEANING, DV_E_SYMBOL,
                             "'%.*s' holds a %s config, not an address", (int)t.n, t.p,
                             r->layout->name);
    if (r->space < 0)
        return true;
    for (unsigned i = 0; i < w->in->operands; i++) {
        const struct dv_operand *o = &w->in->operand[i];
        if (o->slot == slot && o->space == r->space)
            return true;
        if (o->slot == slot && !wrong)
            wrong = o;
    }
    if (!wrong)
        return true;
    return dv_match_fail(w, t.p, DV_MEANING, DV_E_SYMBOL,
                         "'%.*s' is an address in %s, but %s of %s is in %s", (int)t.n, t.p,
                         dv_spaces[r->space].name, wrong->name, w->in->stem,
                         dv_spaces[wrong->space].name);
}

static bool in_bundle(const struct dv_insn *in, int slot)
{
    if (!in->bundle)
        return false;
    return in->bundle_slot[0] == slot || (in->bundle->bits == 128 && in->bundle_slot[1] == slot);
}

/* A register that holds a config word; a name of a two-word layout stands for both. */
static bool check_bundle(struct dv_match *w, const struct dv_regref *r, int slot, struct dv_span t)
{
    const struct dv_layout *want = w->in->bundle;
    if (r->space >= 0)
        return dv_match_fail(w, t.p, DV_MEANING, DV_E_SYMBOL,
                             "'%.*s' is an address in %s, but %s needs a %s "
                             "config here",
                             (int)t.n, t.p, dv_spaces[r->space].name, w->in->stem, want->name);
    if (r->layout && r->layout != want)
        return dv_match_fail(w, t.p, DV_MEANING, DV_E_SYMBOL,
                             "'%.*s' holds a %s config, but %s needs %s", (int)t.n, t.p,
                             r->layout->name, w->in->stem, want->name);
    if (!r->pair)
        return true;
    if (slot != w->in->bundle_slot[0])
        return dv_match_fail(w, t.p, DV_MEANING, DV_E_SYNTAX,
                             "'%.*s' stands for both config words and takes "
                             "the place of the first",
                             (int)t.n, t.p);
    w->op.x[w->in->bundle_slot[1]] = r->x[1];
    /* Leave the second word out of the form: ", {xt}". */
    const char *next = strchr(w->form, '}');
    if (next)
        w->form = next + 1;
    return true;
}

static bool no_register(struct dv_match *w, struct dv_span t)
{
    struct dv_near near;
    dv_match_fail(w, t.p, DV_SHAPE, DV_E_SYNTAX, "expected a register%s, not '%.*s'",
                  w->bracket ? " with an address" : "", t.n > 60 ? 60 : (int)t.n, t.p);
    if (w->as->probing)
        return false;
    dv_near_init(&near, (struct dv_span){t.p, dv_name_length(t)});
    dv_as_reg_near(w->as, &near);
    dv_near_help(w->as, &near);
    return false;
}

static bool take_register(struct dv_match *w, int slot, struct dv_span t)
{
    struct dv_regref r;
    enum dv_is_reg is = dv_as_reg(w->as, t, &r);
    if (is == DV_BAD_REG)
        return failed(w, t.p);
    if (is == DV_NOT_REG)
        return no_register(w, t);
    if (r.field)
        return dv_match_fail(w, t.p, DV_MEANING, DV_E_SYNTAX,
                             "a field can only be written, by mov and add");
    w->op.x[slot] = r.x[0];
    if (w->bracket)
        return check_address(w, &r, slot, t);
    if (in_bundle(w->in, slot))
        return check_bundle(w, &r, slot, t);
    if (r.pair)
        return dv_match_fail(w, t.p, DV_MEANING, DV_E_SYNTAX,
                             "'%.*s' is a register pair; one register is "
                             "needed",
                             (int)t.n, t.p);
    return true;
}

/* A label, or a byte offset from the instruction. */
static bool take_target(struct dv_match *w, const struct dv_field *f, struct dv_span t)
{
    struct dv_as *as = w->as;
    struct dv_regref r;
    int64_t v;
    if (t.n && t.p[0] == '#')
        t.p++, t.n--;
    if (dv_as_reg(as, t, &r) != DV_NOT_REG) {
        as->now.code = DV_OK;
        return dv_match_fail(w, t.p, DV_SHAPE, DV_E_SYNTAX,
                             "expected a label, not the register '%.*s'", (int)t.n, t.p);
    }
    bool known = dv_as_int(as, t, &v) == DV_OK;
    if (known && !(as->relocatable && as->labels_used)) {
        v -= as->labels_used ? (int64_t)dv_as_here(as) : 0;
        if (dv_field_fits(f, v) && dv_op_put(&w->op, f, v, NULL) == DV_OK)
            return true;
        dv_as_far(as, t, v, w->in->stem);
        return failed(w, t.p);
    }
    if (!known && as->now.code != DV_E_SYMBOL)
        return failed(w, t.p);
    as->now.code = DV_OK;
    w->rel = f;
    w->rel_text = t;
    return true;
}

static bool take_spr(struct dv_match *w, const struct dv_field *f, struct dv_span t)
{
    const struct dv_spr *spr = dv_spr_find(t.p, t.n);
    if (spr)
        return dv_op_put(&w->op, f, spr->number, NULL) == DV_OK;
    dv_match_fail(w, t.p, DV_SHAPE, DV_E_SYMBOL, "there is no special register '%.*s'",
                  t.n > 60 ? 60 : (int)t.n, t.p);
    struct dv_near near;
    if (w->as->probing)
        return false;
    dv_near_init(&near, t);
    for (unsigned i = 0; i < dv_spr_count; i++)
        dv_near_offer(&near, dv_span_of(dv_sprs[i].name));
    dv_near_help(w->as, &near);
    if (near.best.n && t.n >= 4)
        w->rank = DV_MEANING;
    return false;
}

static bool too_wide(struct dv_match *w, const struct dv_field *f, struct dv_span t, int64_t v)
{
    int64_t lo, hi;
    bool imm = !strcmp(f->name, "imm");
    dv_as_limits(f, &lo, &hi);
    dv_match_fail(w, t.p, DV_MEANING, DV_E_RANGE, "%lld does not fit the %s of %s (%lld..%lld%s)",
                  (long long)v, imm ? "immediate" : f->name, w->in->stem, (long long)lo,
                  (long long)hi, f->scale ? ", scaled" : "");
    if (imm && f->width > 6) /* a narrow one counts bits or event ids */
        dv_as_help(w->as, "use the form with a register: .reg t = %lld", (long long)v);
    return false;
}

static bool take_number(struct dv_match *w, const struct dv_field *f, struct dv_span t)
{
    struct dv_as *as = w->as;
    const struct dv_enum *e = f->enum_id ? &dv_enums[f->enum_id - 1] : NULL;
    uint32_t named;
    int64_t v;
    if (t.n && t.p[0] == '#')
        t.p++, t.n--;
    if (e && dv_enum_find(e, t.p, t.n, &named))
        v = named;
    else if (dv_as_int(as, t, &v) != DV_OK) {
        bool bad = as->now.code != DV_E_SYMBOL || !strncmp(as->now.text, "undefined", 9);
        failed(w, t.p);
        w->rank = bad ? DV_MEANING : DV_SHAPE;
        return false;
    }
    if (!dv_field_fits(f, v) || dv_op_put(&w->op, f, v, NULL) != DV_OK)
        return too_wide(w, f, t, v);
    return true;
}

bool dv_match_operand(struct dv_match *w, const struct dv_field *f, struct dv_span t)
{
    int slot = slot_of(f);
    t = dv_trim(t);
    if (!t.n)
        return dv_match_fail(w, t.p, DV_SHAPE, DV_E_SYNTAX, "an operand of %s is missing here",
                             w->in->stem);
    if (slot >= 0)
        return take_register(w, slot, t);
    if (f->is_rel)
        return take_target(w, f, t);
    if (!strcmp(f->name, "spr"))
        return take_spr(w, f, t);
    return take_number(w, f, t);
}

/* ---- the mnemonic after its stem ------------------------------------------------------------- */

static bool take_type(struct dv_match *w, const struct dv_field *f, struct dv_span t)
{
    const struct dv_insn *in = w->in;
    char list[160];
    size_t n = 0;
    for (unsigned i = 0; i < in->types; i++)
        if (dv_span_is(t, dv_types[in->type[i].type].name))
            return dv_op_put(&w->op, f, in->type[i].type, NULL) == DV_OK;
    for (unsigned i = 0; i < in->types && n < sizeof list; i++)
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", i ? " " : "",
                              dv_types[in->type[i].type].name);
    return dv_match_fail(w, t.p, DV_MEANING, DV_E_SYNTAX, "%s has no type '%.*s' (%s)", in->stem,
                         (int)t.n, t.p, n ? list : "none");
}

bool dv_match_suffix(struct dv_match *w, const struct dv_field *f, struct dv_span t)
{
    uint32_t v;
    if (!strcmp(f->name, "type"))
        return take_type(w, f, t);
    const struct dv_enum *e = f->enum_id ? &dv_enums[f->enum_id - 1] : NULL;
    if (e && dv_enum_find(e, t.p, t.n, &v))
        return dv_op_put(&w->op, f, v, NULL) == DV_OK;
    char list[160];
    dv_as_values(f, list, sizeof list);
    dv_match_fail(w, t.p, DV_SHAPE, DV_E_SYNTAX, "'%.*s' is no %s of %s%s", (int)t.n, t.p,
                  strcmp(f->name, "cc") ? f->name : "condition", w->in->stem, list);
    struct dv_near near;
    if (w->as->probing)
        return false;
    dv_near_init(&near, t);
    for (unsigned i = 0; e && i < e->values; i++)
        dv_near_offer(&near, dv_span_of(e->value[i].name));
    dv_near_help(w->as, &near);
    return false;
}
