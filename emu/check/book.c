/* Findings; see book.h. */
#include "emu/check/book.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void dv_book_say(char *to, size_t size, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(to, size, fmt, ap);
    va_end(ap);
}

unsigned dv_book_weight(const char *severity)
{
    return *severity == 'e' ? 0 : *severity == 'w' ? 1 : 2;
}

static struct dv_check_finding *known(struct dv_book *b, const char *code, uint64_t pc,
                                      uint64_t other)
{
    for (unsigned i = 0; i < b->n; i++)
        if (b->at[i].pc == pc && b->at[i].other == other && !strcmp(b->at[i].code, code))
            return &b->at[i];
    return NULL;
}

/* The last of the lightest findings, when it is lighter than the new one: a book full of hints must
 * not hide an error. */
static struct dv_check_finding *lighter(struct dv_book *b, const char *severity)
{
    struct dv_check_finding *f = &b->at[0];

    for (unsigned i = 1; i < b->n; i++)
        if (dv_book_weight(b->at[i].severity) >= dv_book_weight(f->severity))
            f = &b->at[i];
    return dv_book_weight(f->severity) > dv_book_weight(severity) ? f : NULL;
}

static struct dv_check_finding *fresh(struct dv_book *b, const char *severity)
{
    if (b->n == DV_CHECK_FINDINGS) {
        b->more++;
        return lighter(b, severity);
    }
    if (b->n == b->room) {
        unsigned room = b->room ? 2 * b->room : 8;
        struct dv_check_finding *at = realloc(b->at, room * sizeof *at);
        if (!at) {
            b->failed = true;
            return NULL;
        }
        b->at = at;
        b->room = room;
    }
    return &b->at[b->n++];
}

struct dv_check_finding *dv_book_open(struct dv_book *b, const char *code, const char *severity,
                                      uint64_t pc, uint64_t other)
{
    struct dv_check_finding *f = known(b, code, pc, other);

    if (f) {
        f->count++;
        return NULL;
    }
    if (dv_obj_allows(b->obj, pc, code) ||
        (other != DV_BOOK_ALONE && dv_obj_allows(b->obj, other, code))) {
        b->allowed++;
        return NULL;
    }
    f = fresh(b, severity);
    if (!f)
        return NULL;
    memset(f, 0, sizeof *f);
    dv_diag_init(&f->d);
    snprintf(f->code, sizeof f->code, "%s", code);
    f->severity = severity;
    f->pc = pc;
    f->other = other;
    f->count = 1;
    return f;
}

void dv_book_place(const struct dv_book *b, const struct dv_deed *e, struct dv_place *p)
{
    dv_machine_place(b->m, e->core, e->pc, e->pipe, e->at, p);
    p->block = (int)e->block;
}

void dv_book_bytes(const struct dv_book *b, const struct dv_deed *e, const struct dv_strided *part,
                   unsigned space, uint64_t address, uint64_t bytes, struct dv_place *p)
{
    const struct dv_insn *in = dv_op_insn(e->op);
    const char *name =
        part && part->operand < in->operands ? in->operand[part->operand].name : NULL;

    dv_machine_place_bytes(b->m, space, address, bytes, name, p);
}
