/* Conditional assembly: .if and its kin.
 *
 * Owns the stack of conditions. A condition is closed in the file or body that opened it. */
#include "asm/state.h"

#include <string.h>

bool dv_as_live(const struct dv_as *as)
{
    return !as->conds || as->cond[as->conds - 1].live;
}

void dv_as_cond_leave(struct dv_as *as, unsigned depth)
{
    while (as->conds > depth) {
        dv_as_fail_pos(as, as->cond[--as->conds].at, DV_E_SYNTAX, ".if without .endif");
        dv_as_flush(as);
    }
}

typedef bool (*test_fn)(struct dv_as *as, struct dv_span rest);

static bool test_if(struct dv_as *as, struct dv_span rest)
{
    struct dv_value v;
    if (dv_as_value(as, rest, &v) != DV_OK)
        return false;
    return v.is_float ? v.f != 0 : v.i != 0;
}

static bool test_defined(struct dv_as *as, struct dv_span rest)
{
    struct dv_span name = dv_take_name(&rest);
    if (!name.n)
        dv_as_fail(as, rest.p, DV_E_SYNTAX, "expected a name");
    else
        dv_as_end(as, rest);
    return name.n && (dv_as_find(as, name) || dv_as_reg_find(as, name));
}

static bool test_undefined(struct dv_as *as, struct dv_span rest)
{
    bool is = test_defined(as, rest);
    return as->now.code == DV_OK && !is;
}

static bool test_blank(struct dv_as *as, struct dv_span rest)
{
    (void)as;
    return !dv_trim(rest).n;
}

static bool test_not_blank(struct dv_as *as, struct dv_span rest)
{
    return !test_blank(as, rest);
}

static bool test_same(struct dv_as *as, struct dv_span rest)
{
    struct dv_span a = {NULL, 0}, b = {NULL, 0};
    size_t n = dv_find(rest, ",");
    if (n == rest.n) {
        dv_as_fail(as, rest.p, DV_E_SYNTAX, "expected two texts with a comma between");
        return false;
    }
    a = dv_trim((struct dv_span){rest.p, n});
    b = dv_trim((struct dv_span){rest.p + n + 1, rest.n - n - 1});
    return dv_span_same(a, b);
}

static bool test_differ(struct dv_as *as, struct dv_span rest)
{
    bool is = test_same(as, rest);
    return as->now.code == DV_OK && !is;
}

static const struct {
    const char *name;
    test_fn fn;
} tests[] = {
    {".if", test_if},       {".ifdef", test_defined},  {".ifndef", test_undefined},
    {".ifb", test_blank},   {".ifnb", test_not_blank}, {".ifc", test_same},
    {".ifnc", test_differ},
};

static test_fn find_test(struct dv_span word)
{
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        if (dv_span_is(word, tests[i].name))
            return tests[i].fn;
    return NULL;
}

const char *dv_cond_name(unsigned i)
{
    static const char *const others[] = {".elseif", ".else", ".endif"};
    enum { TESTS = sizeof tests / sizeof *tests, OTHERS = sizeof others / sizeof *others };
    if (i < TESTS)
        return tests[i].name;
    return i < TESTS + OTHERS ? others[i - TESTS] : NULL;
}

static void open_cond(struct dv_as *as, test_fn fn, struct dv_span rest)
{
    if (as->conds == DV_AS_DEPTH) {
        dv_as_fail(as, NULL, DV_E_SYNTAX, "conditions are nested deeper than %d", DV_AS_DEPTH);
        dv_as_flush(as);
        dv_as_abort(as);
    }
    bool outer = dv_as_live(as), is = outer && fn(as, rest);
    as->cond[as->conds++] = (struct dv_cond){is, is || !outer, false, dv_as_pos(as, NULL)};
}

static void next_arm(struct dv_as *as, struct dv_cond *c, bool last, struct dv_span rest)
{
    if (c->seen_else) {
        dv_as_fail(as, NULL, DV_E_SYNTAX, "%s after .else", last ? ".else" : ".elseif");
        return;
    }
    c->seen_else = last;
    c->live = !c->taken && (last || test_if(as, rest));
    c->taken |= c->live;
    if (last)
        dv_as_end(as, rest);
}

bool dv_as_cond(struct dv_as *as, struct dv_span word, struct dv_span rest)
{
    test_fn fn = find_test(word);
    bool arm = dv_span_is(word, ".elseif"), last = dv_span_is(word, ".else");
    bool end = dv_span_is(word, ".endif");
    if (!fn && !arm && !last && !end)
        return false;
    as->silent_row = true;
    if (fn) {
        open_cond(as, fn, rest);
        return true;
    }
    if (as->conds <= as->frame->conds) {
        dv_as_fail(as, NULL, DV_E_SYNTAX, "%.*s without .if", (int)word.n, word.p);
        return true;
    }
    if (end) {
        as->conds--;
        dv_as_end(as, rest);
    } else
        next_arm(as, &as->cond[as->conds - 1], last, rest);
    return true;
}
