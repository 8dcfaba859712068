/* A fault ends the run and says what is wrong first: what stands on the order that was missing
 * there is left out, its remedy would mend the wrong place. */
#include "emu/check/book.h"
#include "emu/check/check.h"
#include "emu/check/rules.h"

#include <string.h>

static bool of_order(const struct dv_check_finding *f)
{
    return !strcmp(f->code, "RACE") || !strcmp(f->code, "FLAG");
}

/* The finding that says what the fault says. */
static bool same(const struct dv_check_finding *f, const struct dv_diag *fault)
{
    const char *code = fault->code == DV_E_COLLISION ? "RACE" : dv_err_name(fault->code);
    uint64_t at = fault->at.pc, other = fault->other.pc;

    if (strcmp(f->code, code) || !f->seq || !f->d.has_other || !fault->has_other)
        return false;
    return (f->pc == at && f->other == other) || (f->pc == other && f->other == at);
}

static unsigned kind(const struct dv_book *b, const struct dv_place *p)
{
    return p->core >= 0 ? dv_machine_core(b->m, (unsigned)p->core)->kind : DV_KINDS;
}

/* Blocks run the same text: numbers of one count in the others of its kind. */
static bool follows(const struct dv_book *b, const struct dv_check_finding *f,
                    const struct dv_check_finding *root)
{
    return of_order(f) && f->seq > root->seq && kind(b, &f->d.at) == kind(b, &root->d.at);
}

void dv_book_cut(struct dv_book *b, const struct dv_diag *fault)
{
    struct dv_check_finding root;
    unsigned i = 0, n = 0;

    while (i < b->n && !same(&b->at[i], fault))
        i++;
    if (i == b->n)
        return;
    root = b->at[i];
    for (unsigned k = 0; k < b->n; k++) {
        if (k == i && fault->code != DV_E_COLLISION)
            continue; /* told by the fault, under the same name */
        if (follows(b, &b->at[k], &root))
            b->more++;
        else
            b->at[n++] = b->at[k];
    }
    b->n = n;
}
