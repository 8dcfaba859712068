/* The diagnostic record: filling it, and the names and exit statuses of codes. */
#include "isa/diag.h"

#include <stdio.h>
#include <string.h>

static void place_init(struct dv_place *p)
{
    memset(p, 0, sizeof *p);
    p->core = p->block = p->pipe = -1;
}

void dv_diag_init(struct dv_diag *d)
{
    memset(d, 0, sizeof *d);
    place_init(&d->at);
    place_init(&d->other);
}

enum dv_err dv_fail(struct dv_diag *d, enum dv_err code, const char *fmt, ...)
{
    va_list ap;
    if (!d)
        return code;
    if (d->code != DV_OK)
        return d->code;
    d->code = code;
    va_start(ap, fmt);
    vsnprintf(d->text, sizeof d->text, fmt, ap);
    va_end(ap);
    return code;
}

void dv_diag_at(struct dv_diag *d, const char *file, int line, int col)
{
    if (!d)
        return;
    snprintf(d->at.file, sizeof d->at.file, "%s", file);
    d->at.line = line;
    d->at.col = col;
}

void dv_diag_fix(struct dv_diag *d, const char *fmt, ...)
{
    va_list ap;
    if (!d)
        return;
    va_start(ap, fmt);
    vsnprintf(d->fix, sizeof d->fix, fmt, ap);
    va_end(ap);
}

const char *dv_err_name(enum dv_err code)
{
    switch (code) {
    case DV_OK:
        return "OK";
#define X(name, number, group) \
    case DV_E_##name: \
        return #name;
        DV_ERRORS(X)
#undef X
    }
    return "OK";
}

enum dv_err_group dv_err_group(enum dv_err code)
{
    switch (code) {
    case DV_OK:
        break;
#define X(name, number, group) \
    case DV_E_##name: \
        return DV_GROUP_##group;
        DV_ERRORS(X)
#undef X
    }
    return DV_GROUP_SYSTEM;
}

int dv_err_exit(enum dv_err code)
{
    if (code == DV_OK)
        return 0;
    enum dv_err_group g = dv_err_group(code);
    return g == DV_GROUP_KERNEL || g == DV_GROUP_US ? 1 : 2;
}
