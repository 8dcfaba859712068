/* Register names: .reg, .scope, .scratch and reading a register operand.
 *
 * Owns which X register a name means. Nothing is allocated by liveness: a name holds the lowest
 * free register until its scope ends. x29 (stack) is given only when pinned, x31 is scratch. */
#include "asm/state.h"

#include <stdio.h>
#include <string.h>

enum { STACK = 29, SCRATCH = 31, REGISTERS = 32 };

struct dv_reg *dv_as_reg_find(const struct dv_as *as, struct dv_span name)
{
    struct dv_reg *r = as->reg;
    while (r && !dv_span_same(r->name, name))
        r = r->under;
    return r;
}

void dv_as_reg_near(const struct dv_as *as, struct dv_near *n)
{
    for (const struct dv_reg *r = as->reg; r; r = r->under)
        dv_near_offer(n, r->name);
}

void dv_as_reg_reset(struct dv_as *as)
{
    as->reg = NULL;
    as->reg_free = as->scratch_off ? UINT32_MAX : UINT32_MAX >> 1;
}

/* ---- operands -------------------------------------------------------------------------------- */

/* xN or XN. */
static bool read_raw(struct dv_span s, uint8_t *x)
{
    if (s.n < 2 || s.n > 3 || (s.p[0] | 32) != 'x')
        return false;
    unsigned v = 0;
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + (unsigned)(s.p[i] - '0');
    }
    *x = (uint8_t)v;
    return v < REGISTERS && (s.n == 2 || s.p[1] != '0');
}

static enum dv_is_reg read_field(struct dv_as *as, struct dv_span field, struct dv_regref *out)
{
    if (!out->layout) {
        dv_as_fail(as, field.p, DV_E_SYMBOL, "'%.*s' has no layout, so no field '%.*s'",
                   (int)out->reg->name.n, out->reg->name.p, (int)field.n, field.p);
        dv_as_help(as, "declare it with one: .reg %.*s:LAYOUT", (int)out->reg->name.n,
                   out->reg->name.p);
        return DV_BAD_REG;
    }
    out->field = dv_as_field(as, out->layout, field);
    return out->field ? DV_IS_REG : DV_BAD_REG;
}

static void select_element(const struct dv_reg *r, unsigned index, struct dv_regref *out)
{
    out->reg = r;
    out->layout = r->layout;
    out->space = r->space;
    out->pair = r->words == 2;
    out->x[0] = r->x[index * r->words];
    out->x[1] = out->pair ? r->x[index * r->words + 1] : 0;
}

/* [index] after an array name. */
static bool read_index(struct dv_as *as, const struct dv_reg *r, struct dv_span *rest,
                       int64_t *index)
{
    struct dv_span inner = *rest;
    inner.n = dv_find(inner, "]");
    if (inner.n == rest->n) {
        dv_as_fail(as, rest->p, DV_E_SYNTAX, "this [ is not closed");
        return false;
    }
    rest->p += inner.n + 1;
    rest->n -= inner.n + 1;
    if (dv_as_int(as, inner, index) != DV_OK)
        return false;
    if (*index >= 0 && *index < r->count)
        return true;
    dv_as_fail(as, inner.p, DV_E_RANGE, "'%.*s' has elements 0..%u, there is no %lld",
               (int)r->name.n, r->name.p, r->count - 1u, (long long)*index);
    return false;
}

static enum dv_is_reg read_named(struct dv_as *as, const struct dv_reg *r, struct dv_span rest,
                                 struct dv_regref *out)
{
    int64_t index = 0;
    const char *at = rest.p;
    bool indexed = dv_take(&rest, '[');
    if (indexed && !read_index(as, r, &rest, &index))
        return DV_BAD_REG;
    if (!indexed && r->count > 1) {
        dv_as_fail(as, at, DV_E_SYNTAX, "'%.*s' has %u elements: write %.*s[i]", (int)r->name.n,
                   r->name.p, r->count, (int)r->name.n, r->name.p);
        return DV_BAD_REG;
    }
    select_element(r, (unsigned)index, out);
    if (rest.n && rest.p[0] == '.') {
        rest.p++, rest.n--;
        return read_field(as, dv_trim(rest), out);
    }
    return dv_as_end(as, rest) == DV_OK ? DV_IS_REG : DV_BAD_REG;
}

enum dv_is_reg dv_as_reg(struct dv_as *as, struct dv_span text, struct dv_regref *out)
{
    text = dv_trim(text);
    struct dv_span rest = text, name = dv_take_name(&rest);
    *out = (struct dv_regref){.space = -1};
    if (read_raw(name, &out->x[0]))
        return dv_trim(rest).n ? DV_NOT_REG : DV_IS_REG;
    struct dv_reg *r = dv_as_reg_find(as, name);
    const char *dot = name.n > 1 ? memrchr(name.p + 1, '.', name.n - 1) : NULL;
    if (!r && dot) {
        r = dv_as_reg_find(as, (struct dv_span){name.p, (size_t)(dot - name.p)});
        rest = (struct dv_span){dot, (size_t)(text.p + text.n - dot)};
    }
    if (!r)
        return DV_NOT_REG;
    r->used = true;
    return read_named(as, r, rest, out);
}

/* ---- allocation ------------------------------------------------------------------------------ */

/* "x0 pa, x1 pb, ..": who holds what. */
static void list_live(const struct dv_as *as, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (unsigned x = 0; x < REGISTERS; x++)
        for (const struct dv_reg *r = as->reg; r; r = r->under)
            for (unsigned i = 0; i < (unsigned)r->count * r->words; i++) {
                if (r->x[i] != x || n >= size)
                    continue;
                n += (size_t)snprintf(out + n, size - n, "%sx%u %.*s", n ? ", " : "", x,
                                      (int)r->name.n, r->name.p);
            }
}

static bool lowest_free(const struct dv_as *as, uint8_t *x)
{
    for (unsigned i = 0; i < REGISTERS; i++)
        if (i != STACK && (as->reg_free >> i & 1)) {
            *x = (uint8_t)i;
            return true;
        }
    return false;
}

static bool allocate(struct dv_as *as, struct dv_reg *r, int pin)
{
    char live[600];
    unsigned words = (unsigned)r->count * r->words;
    for (unsigned i = 0; i < words; i++) {
        uint8_t x = (uint8_t)(pin + (int)i);
        if (pin < 0 && !lowest_free(as, &x)) {
            list_live(as, live, sizeof live);
            dv_as_fail(as, r->name.p, DV_E_RANGE, "no register is left for '%.*s'; in use: %s",
                       (int)r->name.n, r->name.p, live);
            dv_as_help(as, ".scope and .endscope give registers back");
            return false;
        }
        if (pin >= 0 && (x >= REGISTERS || !(as->reg_free >> x & 1))) {
            list_live(as, live, sizeof live);
            dv_as_fail(as, r->name.p, DV_E_RANGE, "x%u cannot be pinned to '%.*s'; in use: %s", x,
                       (int)r->name.n, r->name.p, x == SCRATCH ? "x31 assembler scratch" : live);
            return false;
        }
        r->x[i] = x;
        as->reg_free &= ~(1u << x);
    }
    return true;
}

/* ---- .reg ------------------------------------------------------------------------------------ */

struct declaration {
    struct dv_span name, init;
    int64_t count;
    int pin;
    struct dv_reg reg;
};

static void unknown_kind(struct dv_as *as, struct dv_span word)
{
    struct dv_near near;
    dv_as_fail(as, word.p, DV_E_SYMBOL, "'%.*s' is neither an address space nor a layout",
               (int)word.n, word.p);
    dv_near_init(&near, word);
    for (unsigned i = 0; i < DV_SPACE_COUNT; i++)
        dv_near_offer(&near, dv_span_of(dv_spaces[i].name));
    for (unsigned i = 0; i < dv_insn_count; i++)
        if (dv_insns[i].bundle)
            dv_near_offer(&near, dv_span_of(dv_insns[i].bundle->name));
    dv_near_help(as, &near);
}

/* :space or :layout */
static bool read_kind(struct dv_as *as, struct dv_span *rest, struct dv_reg *r)
{
    struct dv_span word = dv_take_name(rest);
    uint8_t space;
    if (!word.n) {
        dv_as_fail(as, rest->p, DV_E_SYNTAX, "expected an address space or a layout after ':'");
        return false;
    }
    if (dv_as_space(word, &space)) {
        r->space = space;
        return true;
    }
    r->layout = dv_layout_find(word.p, word.n);
    if (r->layout)
        r->words = r->layout->bits == 128 ? 2 : 1;
    else
        unknown_kind(as, word);
    return r->layout != NULL;
}

static bool read_count(struct dv_as *as, struct dv_span *rest, struct declaration *d)
{
    struct dv_span inner = *rest;
    inner.n = dv_find(inner, "]");
    if (inner.n == rest->n) {
        dv_as_fail(as, rest->p, DV_E_SYNTAX, "this [ is not closed");
        return false;
    }
    rest->p += inner.n + 1;
    rest->n -= inner.n + 1;
    return dv_as_int_in(as, inner, "the number of registers", 1, 16, &d->count) == DV_OK;
}

static bool read_pin(struct dv_as *as, struct dv_span *rest, struct declaration *d)
{
    struct dv_span word = dv_take_name(rest);
    uint8_t x;
    if (!read_raw(word, &x)) {
        dv_as_fail(as, word.p, DV_E_SYNTAX, "expected a register x0..x31 after '@'");
        return false;
    }
    d->pin = x;
    return true;
}

static bool read_declaration(struct dv_as *as, struct dv_span piece, struct declaration *d)
{
    struct dv_span rest = piece;
    d->name = dv_take_name(&rest);
    if (!d->name.n || memchr(d->name.p + 1, '.', d->name.n - 1)) {
        dv_as_fail(as, piece.p, DV_E_SYNTAX, "expected a register name without a dot");
        return false;
    }
    if (dv_take(&rest, '[') && !read_count(as, &rest, d))
        return false;
    if (dv_take(&rest, '@') && !read_pin(as, &rest, d))
        return false;
    if (dv_take(&rest, ':') && !read_kind(as, &rest, &d->reg))
        return false;
    if (dv_take(&rest, '=')) {
        d->init = dv_trim(rest);
        return d->init.n || (dv_as_fail(as, rest.p, DV_E_SYNTAX, "expected a value"), false);
    }
    return dv_as_end(as, rest) == DV_OK;
}

static bool check_name(struct dv_as *as, struct dv_span name)
{
    char where[256];
    uint8_t x;
    const struct dv_sym *s = dv_as_find(as, name);
    const struct dv_reg *r = dv_as_reg_find(as, name);
    if (read_raw(name, &x))
        dv_as_fail(as, name.p, DV_E_SYMBOL, "'%.*s' is the name of a register", (int)name.n,
                   name.p);
    else if (s)
        dv_as_fail(as, name.p, DV_E_SYMBOL, "'%.*s' is already a %s, defined at %s", (int)name.n,
                   name.p, dv_sym_kind_name(s), dv_as_where(as, s->at, where));
    else if (r && r->scope == as->scope)
        dv_as_fail(as, name.p, DV_E_SYMBOL, "'%.*s' is already a register name, declared at %s",
                   (int)name.n, name.p, dv_as_where(as, r->at, where));
    return as->now.code == DV_OK;
}

static enum dv_err initialise(struct dv_as *as, const struct dv_reg *r, struct dv_span init)
{
    struct dv_regref to = {.space = -1};
    struct dv_sym *s = dv_as_find(as, init);
    const struct dv_buf *b = s && s->kind == DV_SYM_BUF ? s->buf : NULL;
    if (b && r->space >= 0 && b->space != r->space)
        return dv_as_fail(as, init.p, DV_E_SYMBOL, "buffer '%.*s' is in %s, the register is for %s",
                          (int)init.n, init.p, dv_spaces[b->space].name, dv_spaces[r->space].name);
    if (b && r->count > b->copies)
        return dv_as_fail(as, init.p, DV_E_RANGE, "buffer '%.*s' has %u cop%s, not %u", (int)init.n,
                          init.p, b->copies, b->copies == 1 ? "y" : "ies", r->count);
    if (b)
        s->used = true;
    for (unsigned i = 0; i < r->count && as->now.code == DV_OK; i++) {
        select_element(r, i, &to);
        if (b)
            dv_as_load_const(as, to.x[0], b->address + i * b->pitch);
        else
            dv_as_move(as, &to, init);
    }
    return as->now.code;
}

static enum dv_err declare(struct dv_as *as, struct dv_span piece)
{
    struct declaration d = {.count = 1, .pin = -1, .reg = {.words = 1, .space = -1}};
    if (!read_declaration(as, piece, &d) || !check_name(as, d.name))
        return as->now.code;
    struct dv_reg *r = dv_as_keep(as, sizeof *r);
    *r = d.reg;
    r->name = dv_as_copy(as, d.name);
    r->count = (uint8_t)d.count;
    r->scope = as->scope;
    r->at = dv_as_pos(as, d.name.p);
    r->own = dv_as_is_own(as) && d.pin < 0;
    if (r->count * r->words > REGISTERS)
        return dv_as_fail(as, piece.p, DV_E_RANGE, "there are only %d registers", REGISTERS);
    struct dv_span name = r->name;
    r->name = d.name; /* its place, for messages */
    uint32_t before = as->reg_free;
    bool got = allocate(as, r, d.pin);
    r->name = name;
    if (!got) {
        as->reg_free = before;
        return as->now.code;
    }
    r->under = as->reg;
    as->reg = r;
    return d.init.n ? initialise(as, r, d.init) : DV_OK;
}

static enum dv_err do_reg(struct dv_as *as, struct dv_span rest)
{
    struct dv_span piece;
    if (!rest.n)
        return dv_as_fail(as, rest.p, DV_E_SYNTAX, "expected register names");
    while (dv_take_piece(&rest, &piece))
        if (declare(as, piece) != DV_OK)
            break;
    return as->now.code;
}

static enum dv_err do_scope(struct dv_as *as, struct dv_span rest)
{
    if (as->scope + 1 >= DV_AS_DEPTH)
        return dv_as_fail(as, NULL, DV_E_SYNTAX, "scopes are nested deeper than %d", DV_AS_DEPTH);
    as->scope_at[as->scope++] = dv_as_pos(as, NULL);
    return dv_as_end(as, rest);
}

static enum dv_err do_endscope(struct dv_as *as, struct dv_span rest)
{
    if (!as->scope)
        return dv_as_fail(as, NULL, DV_E_SYNTAX, ".endscope without .scope");
    for (; as->reg && as->reg->scope == as->scope; as->reg = as->reg->under) {
        dv_as_warn_reg(as, as->reg);
        for (unsigned i = 0; i < (unsigned)as->reg->count * as->reg->words; i++)
            as->reg_free |= 1u << as->reg->x[i];
    }
    as->scope--;
    return dv_as_end(as, rest);
}

/* .scratch none: x31 becomes an ordinary register and nothing expands through it. */
static enum dv_err do_scratch(struct dv_as *as, struct dv_span rest)
{
    struct dv_span word = dv_take_name(&rest);
    if (!dv_span_is(word, "none"))
        return dv_as_fail(as, word.p, DV_E_SYNTAX, "expected 'none'");
    if (!as->scratch_off)
        as->reg_free |= 1u << SCRATCH;
    as->scratch_off = true;
    return dv_as_end(as, rest);
}

const struct dv_directive dv_reg_directives[] = {
    {".reg", do_reg},         {".scope", do_scope}, {".endscope", do_endscope},
    {".scratch", do_scratch}, {NULL, NULL},
};
