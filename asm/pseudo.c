/* Pseudo instructions: statements that become a fixed, listed number of instructions.
 *
 * Owns the expansions; each is written as the text of real instructions, so the tables stay the
 * only truth about words. The forms (H = half-words of a constant that are not zero, at least 1):
 *   mov x, CONST             H MOV/MOVK
 *   mov x, LABEL             3 MOV/MOVK, the address is put in at the end
 *   mov x, {..}              the same per config word
 *   mov x, y                 1 MOV per word
 *   mov x.field, CONST       1 MOVK for a 16-bit half-word, else H through x31 and 1 INSERT a piece
 *   mov x.field, y           1 INSERT, and 1 SHR through x31 for each further piece
 *   add|sub x.field, CONST   1 ADD or SUB of CONST << lo; H more through x31 when that needs them
 *   ldparam x, NAME          MOV x31, PARA_BASE and LD.b64
 *   set wait arm drain       1 SET_FLAG or WAIT_FLAG per id */
#include "asm/state.h"

#include <string.h>

enum { SCRATCH = 31 };

static bool need_scratch(struct dv_as *as, const char *at)
{
    if (!as->scratch_off)
        return true;
    dv_as_fail(as, at, DV_E_SYNTAX,
               "this needs the scratch register x31, which .scratch none "
               "forbids");
    return false;
}

enum dv_err dv_as_load_const(struct dv_as *as, unsigned x, uint64_t v)
{
    bool first = true;
    for (unsigned half = 0; half < 4; half++) {
        unsigned part = v >> (16 * half) & 0xffff;
        if (!part && !(half == 3 && first))
            continue;
        if (first && (!half || !part))
            dv_as_insn_text(as, "mov x%u, #%u", x, part);
        else
            dv_as_insn_text(as, "%s x%u, #%u, %u", first ? "mov" : "movk", x, part, half);
        first = false;
    }
    return as->now.code;
}

/* An address that is placed later: always three words, patched at the end. */
static enum dv_err load_late(struct dv_as *as, unsigned x, struct dv_span from)
{
    for (unsigned half = 0; half < 3; half++) {
        dv_as_fixup(as, (enum dv_reloc_kind)(DV_R_HALF0 + half), from);
        if (half)
            dv_as_insn_text(as, "movk x%u, #0, %u", x, half);
        else
            dv_as_insn_text(as, "mov x%u, #0", x);
    }
    return as->now.code;
}

/* ---- moves of whole registers ---------------------------------------------------------------- */

static enum dv_err check_same(struct dv_as *as, const struct dv_regref *to,
                              const struct dv_regref *from, const char *at)
{
    if (to->space >= 0 && from->space >= 0 && to->space != from->space)
        return dv_as_fail(as, at, DV_E_SYMBOL, "an address in %s cannot go into a register for %s",
                          dv_spaces[from->space].name, dv_spaces[to->space].name);
    if ((to->layout && from->layout && to->layout != from->layout) || to->pair != from->pair)
        return dv_as_fail(as, at, DV_E_SYMBOL,
                          "a register with layout %s cannot go into one with "
                          "%s",
                          from->layout ? from->layout->name : "of one word",
                          to->layout ? to->layout->name : "one word");
    return DV_OK;
}

static enum dv_err move_register(struct dv_as *as, const struct dv_regref *to,
                                 const struct dv_regref *from, const char *at)
{
    if (check_same(as, to, from, at) != DV_OK)
        return as->now.code;
    for (unsigned i = 0; i < 1u + to->pair; i++)
        dv_as_insn_text(as, "mov x%u, x%u", to->x[i], from->x[i]);
    return as->now.code;
}

static enum dv_err move_config(struct dv_as *as, const struct dv_regref *to, struct dv_span from)
{
    uint64_t w[2];
    if (!to->layout) {
        dv_as_fail(as, from.p, DV_E_SYMBOL, "the register has no layout, so {..} has no fields");
        dv_as_help(as, "declare it with one: .reg NAME:LAYOUT");
        return as->now.code;
    }
    if (dv_as_config(as, to->layout, from, w) != DV_OK)
        return as->now.code;
    for (unsigned i = 0; i < 1u + to->pair; i++)
        dv_as_load_const(as, to->x[i], w[i]);
    return as->now.code;
}

static bool is_spr(struct dv_span s)
{
    return dv_spr_find(s.p, s.n) != NULL;
}

/* A bare buffer name knows where it points. */
static enum dv_err check_buffer(struct dv_as *as, const struct dv_regref *to, struct dv_span from)
{
    struct dv_span rest = from;
    const struct dv_sym *s = dv_as_find(as, dv_take_name(&rest));
    bool whole = !rest.n || rest.p[0] == '[';
    if (to->space < 0 || !s || s->kind != DV_SYM_BUF || !whole || s->buf->space == to->space)
        return DV_OK;
    return dv_as_fail(as, from.p, DV_E_SYMBOL, "buffer '%.*s' is in %s, the register is for %s",
                      (int)s->name.n, s->name.p, dv_spaces[s->buf->space].name,
                      dv_spaces[to->space].name);
}

static enum dv_err move_const(struct dv_as *as, const struct dv_regref *to, struct dv_span from)
{
    int64_t v;
    if (from.n && from.p[0] == '#')
        from.p++, from.n--;
    if (check_buffer(as, to, from) != DV_OK)
        return as->now.code;
    as->probing = true; /* near names of a name that may come later: at the end */
    enum dv_err e = dv_as_int(as, from, &v);
    as->probing = false;
    if (e != DV_OK) {
        bool comes = e == DV_E_SYMBOL && !strncmp(as->now.text, "undefined symbol '", 18) &&
                     as->now.text[18] != '\\';
        if ((!as->late && !comes) || to->pair)
            return as->now.code;
        as->now.text[0] = '\0';
        as->now.code = DV_OK;
        return load_late(as, to->x[0], from);
    }
    if (to->pair)
        return dv_as_fail(as, from.p, DV_E_SYNTAX, "a register pair takes {field=value ..}");
    return dv_as_load_const(as, to->x[0], (uint64_t)v);
}

enum dv_err dv_as_move(struct dv_as *as, const struct dv_regref *to, struct dv_span from)
{
    struct dv_regref r;
    from = dv_trim(from);
    if (from.n && from.p[0] == '{')
        return move_config(as, to, from);
    enum dv_is_reg is = dv_as_reg(as, from, &r);
    if (is == DV_BAD_REG)
        return as->now.code;
    if (is == DV_IS_REG && r.field)
        return dv_as_fail(as, from.p, DV_E_SYNTAX, "a field can be written, not read");
    if (is == DV_IS_REG)
        return move_register(as, to, &r, from.p);
    if (dv_span_is(from, "para_base") && as->kernel_at)
        dv_as_param_used(as, as->kernel_at - 1, -1);
    if (is_spr(from) && !to->pair)
        return dv_as_insn_text(as, "mov x%u, %.*s", to->x[0], (int)from.n, from.p);
    return move_const(as, to, from);
}

/* ---- one field ------------------------------------------------------------------------------- */

/* Puts the low bits of register x into the pieces of a field, lowest first; x is clobbered when
 * the field is split and x is the scratch register. */
static enum dv_err insert(struct dv_as *as, const struct dv_regref *to, unsigned x)
{
    const struct dv_field *f = to->field;
    unsigned from = x, done = 0, last = 0;
    for (unsigned i = f->pieces; i-- > 0;) {
        struct dv_bits p = f->piece[i];
        unsigned width = p.hi - p.lo + 1u;
        if (done) {
            /* The scratch register was shifted before, another one never is. */
            dv_as_insn_text(as, "shr.u64 x%d, x%u, #%u", SCRATCH, x, x == SCRATCH ? last : done);
            from = SCRATCH;
        }
        last = width;
        dv_as_insn_text(as, "insert x%u, x%u, #%u, #%u", to->x[p.lo / 64], from, p.lo % 64u, width);
        done += width;
    }
    return as->now.code;
}

static enum dv_err set_const(struct dv_as *as, const struct dv_regref *to, struct dv_span text)
{
    const struct dv_field *f = to->field;
    int64_t v;
    if (dv_as_field_value(as, to->layout, f, text, &v) != DV_OK)
        return as->now.code;
    uint64_t raw = (uint64_t)((v - f->bias) >> f->scale);
    if (f->pieces == 1 && f->width == 16 && f->piece[0].lo % 16 == 0)
        return dv_as_insn_text(as, "movk x%u, #%u, %u", to->x[f->piece[0].lo / 64],
                               (unsigned)(raw & 0xffff), f->piece[0].lo % 64u / 16);
    if (!need_scratch(as, text.p))
        return as->now.code;
    if (f->width < 64)
        raw &= (1ull << f->width) - 1;
    dv_as_load_const(as, SCRATCH, raw);
    return insert(as, to, SCRATCH);
}

static enum dv_err set_field(struct dv_as *as, const struct dv_regref *to, struct dv_span from)
{
    struct dv_regref r;
    const struct dv_field *f = to->field;
    enum dv_is_reg is = dv_as_reg(as, from, &r);
    if (is == DV_BAD_REG)
        return as->now.code;
    if (is == DV_NOT_REG)
        return set_const(as, to, from);
    if (r.pair || r.field)
        return dv_as_fail(as, from.p, DV_E_SYNTAX, "a field takes a register of one word");
    if (f->scale || f->bias)
        return dv_as_fail(as, from.p, DV_E_SYNTAX,
                          "field '%s' is stored shifted or biased; give "
                          "it a constant",
                          f->name);
    if (f->pieces > 1 && !need_scratch(as, from.p))
        return as->now.code;
    return insert(as, to, r.x[0]);
}

/* Tries the immediate form; clears the error when the value is too wide for it. */
static bool add_immediate(struct dv_as *as, bool minus, unsigned x, uint64_t v)
{
    if (v >> 24)
        return false;
    dv_as_insn_text(as, "%s.s64 x%u, x%u, #%u", minus ? "sub" : "add", x, x, (unsigned)v);
    if (as->now.code == DV_OK)
        return true;
    as->now.code = DV_OK;
    return false;
}

static enum dv_err add_field(struct dv_as *as, const struct dv_regref *to, struct dv_span text,
                             bool minus)
{
    const struct dv_field *f = to->field;
    int64_t v;
    if (text.n && text.p[0] == '#')
        text.p++, text.n--;
    if (dv_as_int(as, text, &v) != DV_OK)
        return as->now.code;
    if (f->pieces > 1 || f->is_signed || f->scale || f->bias)
        return dv_as_fail(as, as->stmt.p, DV_E_SYNTAX,
                          "field '%s' of %s is split, signed or "
                          "scaled and cannot be added to",
                          f->name, to->layout->name);
    if (v < 0) {
        minus = !minus;
        v = -v;
    }
    if (f->width < 63 && v >> f->width)
        return dv_as_fail(as, text.p, DV_E_RANGE, "%lld does not fit field '%s' of %s",
                          (long long)v, f->name, to->layout->name);
    unsigned x = to->x[f->piece[0].lo / 64];
    uint64_t add = (uint64_t)v << f->piece[0].lo % 64;
    if (add_immediate(as, minus, x, add) || !need_scratch(as, text.p))
        return as->now.code;
    dv_as_load_const(as, SCRATCH, add);
    return dv_as_insn_text(as, "%s.s64 x%u, x%u, x%d", minus ? "sub" : "add", x, x, SCRATCH);
}

/* ---- statements ------------------------------------------------------------------------------ */

/* Destination and source of a two-operand statement; false: leave it to the tables. */
static bool split(struct dv_as *as, struct dv_span rest, struct dv_regref *to, struct dv_span *from)
{
    struct dv_span dst;
    if (!dv_take_piece(&rest, &dst) || !dv_take_piece(&rest, from) || dv_trim(rest).n)
        return false;
    return dv_as_reg(as, dst, to) != DV_NOT_REG;
}

static enum dv_err do_mov(struct dv_as *as, struct dv_span rest, bool *done)
{
    struct dv_regref to;
    struct dv_span from;
    *done = split(as, rest, &to, &from);
    if (!*done || as->now.code != DV_OK)
        return as->now.code;
    return to.field ? set_field(as, &to, from) : dv_as_move(as, &to, from);
}

static enum dv_err do_add(struct dv_as *as, struct dv_span word, struct dv_span rest, bool *done)
{
    struct dv_regref to;
    struct dv_span from;
    *done = split(as, rest, &to, &from);
    if (!*done || as->now.code != DV_OK)
        return as->now.code;
    *done = to.field != NULL;
    return *done ? add_field(as, &to, from, dv_span_is(word, "sub")) : DV_OK;
}

static enum dv_err unknown_param(struct dv_as *as, struct dv_span name)
{
    struct dv_near near;
    if (!as->kernel_at)
        return dv_as_fail(as, name.p, DV_E_SYMBOL, "ldparam stands before .kernel and .param");
    dv_as_fail(as, name.p, DV_E_SYMBOL, "kernel '%s' has no parameter '%.*s'",
               as->obj->kernel[as->kernel_at - 1].name, (int)name.n, name.p);
    dv_near_init(&near, name);
    dv_as_param_near(as, &near);
    dv_near_help(as, &near);
    return as->now.code;
}

static enum dv_err do_ldparam(struct dv_as *as, struct dv_span rest, bool *done)
{
    struct dv_regref to;
    struct dv_span dst = {rest.p, 0}, name = {rest.p, 0};
    *done = true;
    if (!dv_take_piece(&rest, &dst) || !dv_take_piece(&rest, &name) || dv_trim(rest).n)
        return dv_as_fail(as, NULL, DV_E_SYNTAX, "expected ldparam REGISTER, PARAMETER");
    enum dv_is_reg is = dv_as_reg(as, dst, &to);
    if (is == DV_BAD_REG)
        return as->now.code;
    if (is == DV_NOT_REG || to.pair || to.field)
        return dv_as_fail(as, dst.p, DV_E_SYNTAX, "expected a register, not '%.*s'", (int)dst.n,
                          dst.p);
    int index = dv_as_param(as, name);
    if (index < 0)
        return unknown_param(as, name);
    dv_as_param_used(as, as->kernel_at - 1, index);
    const struct dv_param *p = &as->obj->kernel[as->kernel_at - 1].param[index];
    if (p->role != DV_PARAM_SCALAR && to.space >= 0 && to.space != DV_SPACE_GM)
        return dv_as_fail(as, dst.p, DV_E_SYMBOL,
                          "'%s' is an address in gm, the register is for "
                          "%s",
                          p->name, dv_spaces[to.space].name);
    unsigned base = as->scratch_off ? to.x[0] : SCRATCH;
    dv_as_insn_text(as, "mov x%u, para_base", base);
    return dv_as_insn_text(as, "ld.b64 x%u, [x%u, #%u]", to.x[0], base,
                           8 * dv_as_param_slot(as, (unsigned)index));
}

enum dv_err dv_as_pseudo(struct dv_as *as, struct dv_span word, struct dv_span rest, bool *done)
{
    if (dv_span_is(word, "mov"))
        return do_mov(as, rest, done);
    if (dv_span_is(word, "add") || dv_span_is(word, "sub"))
        return do_add(as, word, rest, done);
    if (dv_span_is(word, "ldparam"))
        return do_ldparam(as, rest, done);
    if (dv_span_is(word, "set") || dv_span_is(word, "wait") || dv_span_is(word, "arm") ||
        dv_span_is(word, "drain")) {
        *done = true;
        return dv_as_flag_operation(as, word, rest);
    }
    return DV_OK;
}
