/* Names for reports: buffers, flags, .mark, .allow.
 *
 * Owns the rows of dv_obj.name. They hang on the next instruction and cost no word. */
#include "asm/state.h"

#include <string.h>

struct dv_name *dv_as_name(struct dv_as *as, enum dv_name_kind kind, struct dv_span name)
{
    struct dv_obj *o = as->obj;
    o->name = dv_as_grow(as, o->name, &o->names, &as->cap_name, sizeof *o->name);
    char *copy = dv_as_text(as, name);
    struct dv_name *n = &o->name[o->names++];
    *n = (struct dv_name){.kind = (uint8_t)kind, .name = copy};
    n->pc = o->section[DV_TEXT].n;
    n->kernel = as->kernel_at;
    return n;
}

enum dv_err dv_as_allow(struct dv_as *as, struct dv_span finding, struct dv_span reason)
{
    if (!finding.n)
        return dv_as_fail(as, finding.p, DV_E_SYNTAX, "expected the finding that is allowed");
    if (!reason.n)
        return dv_as_fail(as, finding.p, DV_E_SYNTAX, "say why '%.*s' is allowed", (int)finding.n,
                          finding.p);
    struct dv_name *n = dv_as_name(as, DV_NAME_ALLOW, finding);
    n->text = dv_as_text(as, reason);
    n->line = as->stmt_at.line;
    n->file = dv_as_text(as, dv_span_of(as->source[as->stmt_at.file].name));
    return DV_OK;
}

static enum dv_err do_allow(struct dv_as *as, struct dv_span rest)
{
    char reason[256];
    size_t n;
    struct dv_span finding = dv_take_name(&rest);
    if (!finding.n || !dv_take(&rest, ','))
        return dv_as_fail(as, rest.p, DV_E_SYNTAX, "expected .allow FINDING, \"reason\"");
    if (!dv_take_string(as, &rest, reason, sizeof reason, &n) || dv_as_end(as, rest) != DV_OK)
        return as->now.code;
    return dv_as_allow(as, finding, (struct dv_span){reason, n});
}

static enum dv_err do_mark(struct dv_as *as, struct dv_span rest)
{
    struct dv_span name = dv_take_name(&rest);
    if (!name.n)
        return dv_as_fail(as, rest.p, DV_E_SYNTAX, "expected the name of the region");
    if (dv_as_end(as, rest) != DV_OK)
        return as->now.code;
    if (as->open_marks == DV_AS_DEPTH)
        return dv_as_fail(as, NULL, DV_E_SYNTAX, "regions are nested deeper than %d", DV_AS_DEPTH);
    as->open_mark_at[as->open_marks] = dv_as_pos(as, NULL);
    as->open_mark[as->open_marks++] = dv_as_copy(as, name);
    dv_as_name(as, DV_NAME_MARK, name);
    return DV_OK;
}

static enum dv_err do_endmark(struct dv_as *as, struct dv_span rest)
{
    struct dv_span name = dv_take_name(&rest);
    if (!as->open_marks)
        return dv_as_fail(as, NULL, DV_E_SYNTAX, ".endmark without .mark");
    struct dv_span open = as->open_mark[as->open_marks - 1];
    if (name.n && !dv_span_same(name, open))
        return dv_as_fail(as, name.p, DV_E_SYNTAX, "the open region is '%.*s'", (int)open.n,
                          open.p);
    as->open_marks--;
    dv_as_name(as, DV_NAME_MARK, open)->end = true;
    return dv_as_end(as, rest);
}

void dv_as_mark_finish(struct dv_as *as)
{
    while (as->open_marks) {
        struct dv_span open = as->open_mark[--as->open_marks];
        dv_as_fail_pos(as, as->open_mark_at[as->open_marks], DV_E_SYNTAX,
                       ".mark %.*s without .endmark", (int)open.n, open.p);
        dv_as_flush(as);
    }
    dv_as_watch_finish(as);
}

const struct dv_directive dv_mark_directives[] = {
    {".mark", do_mark},
    {".endmark", do_endmark},
    {".allow", do_allow},
    {NULL, NULL},
};
