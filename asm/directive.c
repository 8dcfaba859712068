/* The list of all directives and the search in it.
 *
 * Owns .include, .end, .error and .warning; everything else belongs to the part that does it. */
#include "asm/state.h"

#include <string.h>

static enum dv_err do_include(struct dv_as *as, struct dv_span rest)
{
    char name[1024];
    size_t n;
    const char *at = rest.p;
    as->silent_row = true;
    if (!dv_take_string(as, &rest, name, sizeof name, &n) || dv_as_end(as, rest) != DV_OK)
        return as->now.code;
    return dv_as_open(as, (struct dv_span){name, n}, dv_trim((struct dv_span){at, 8}).p);
}

static enum dv_err do_end(struct dv_as *as, struct dv_span rest)
{
    as->ended = true;
    return dv_as_end(as, rest);
}

static enum dv_err do_error(struct dv_as *as, struct dv_span rest)
{
    char text[512];
    size_t n;
    if (!dv_take_string(as, &rest, text, sizeof text, &n))
        return as->now.code;
    return dv_as_fail(as, NULL, DV_E_SYNTAX, "%s", text);
}

static enum dv_err do_warning(struct dv_as *as, struct dv_span rest)
{
    char text[512];
    size_t n;
    if (!dv_take_string(as, &rest, text, sizeof text, &n))
        return as->now.code;
    dv_as_warn(as, NULL, "%s", text);
    return dv_as_end(as, rest);
}

const struct dv_directive dv_expand_directives[] = {
    {".include", do_include},     {".end", do_end}, {".error", do_error}, {".warning", do_warning},
    {".flag", dv_flag_directive}, {NULL, NULL},
};

static const struct dv_directive *const lists[] = {
    dv_expand_directives, dv_macro_directives,  dv_symbol_directives,
    dv_reg_directives,    dv_buffer_directives, dv_kernel_directives,
    dv_data_directives,   dv_mark_directives,   dv_watch_directives,
};

enum { LISTS = sizeof lists / sizeof *lists };

const char *dv_asm_directive(unsigned i)
{
    for (unsigned l = 0; l < LISTS; l++)
        for (const struct dv_directive *d = lists[l]; d->name; d++)
            if (!i--)
                return d->name;
    return dv_cond_name(i);
}

static void offer_all(struct dv_near *near)
{
    const char *name;
    for (unsigned i = 0; (name = dv_asm_directive(i)); i++)
        dv_near_offer(near, dv_span_of(name));
}

enum dv_err dv_as_directive(struct dv_as *as, struct dv_span word, struct dv_span rest)
{
    struct dv_near near;
    for (unsigned i = 0; i < LISTS; i++)
        for (const struct dv_directive *d = lists[i]; d->name; d++)
            if (dv_span_is(word, d->name))
                return d->fn(as, dv_trim(rest));
    dv_as_fail(as, word.p, DV_E_SYNTAX, "unknown directive '%.*s'", (int)word.n, word.p);
    dv_near_init(&near, word);
    offer_all(&near);
    dv_near_help(as, &near);
    return as->now.code;
}
