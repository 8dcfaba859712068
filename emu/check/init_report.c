/* What is said of bytes never written; see init.h. */
#include <stdio.h>

#include "emu/check/init.h"

/* "ub 0x120 (A[0]+0x20)" */
static void name_bytes(const struct dv_init *i, unsigned space, uint64_t address, char *out,
                       size_t size)
{
    struct dv_place p = {0};

    dv_machine_place_bytes(i->k->book.m, space, address, 1, NULL, &p);
    snprintf(out, size, p.buffer[0] ? "%s 0x%llx (%s)" : "%s 0x%llx", p.space,
             (unsigned long long)address, p.buffer);
}

/* Where the bytes come from, as the end of a sentence. */
static void tell_source(const struct dv_init *i, const struct dv_spread *s, char *out, size_t size)
{
    struct dv_place p = {0};
    char where[128];

    if (s->mark == DV_MARK_FRESH) {
        name_bytes(i, s->space, s->address, where, sizeof where);
        snprintf(out, size, "nothing has written %s", where);
        return;
    }
    const struct dv_init_origin *o = &i->origin[s->mark - 1];

    dv_machine_place(i->k->book.m, o->core, o->pc, o->pipe, o->at, &p);
    name_bytes(i, o->space, o->address, where, sizeof where);
    snprintf(out, size, "line %d made them of %s, which nothing had written", p.line, where);
}

/* The other place: what last wrote the bytes, else what first used bytes never written. */
static void place_other(const struct dv_init *i, const struct dv_deed *e, const struct dv_spread *s,
                        struct dv_diag *d)
{
    if (s->mark == DV_MARK_FRESH)
        return;
    const struct dv_init_origin *o = &i->origin[s->mark - 1];

    d->has_other = true;
    if (s->bytes && dv_race_writer(i->k->race, e->core, s->space, s->address, &d->other))
        return;
    dv_machine_place(i->k->book.m, o->core, o->pc, o->pipe, o->at, &d->other);
    d->other.has_cycle = false;
}

/* A finding of this instruction about the bytes of s, NULL when it is known already. */
static struct dv_check_finding *report(struct dv_init *i, const struct dv_deed *e,
                                       const struct dv_spread *s, const char *severity)
{
    uint64_t other = s->mark == DV_MARK_FRESH ? DV_BOOK_ALONE : i->origin[s->mark - 1].pc;
    struct dv_check_finding *f = dv_book_open(&i->k->book, "UNINIT", severity, e->pc, other);

    if (!f)
        return NULL;
    f->d.code = DV_E_UNINIT;
    dv_book_place(&i->k->book, e, &f->d.at);
    place_other(i, e, s, &f->d);
    return f;
}

/* The part that holds an address; NULL when there is none. */
static const struct dv_strided *part_with(const struct dv_deed *e, unsigned space, uint64_t address,
                                          unsigned rw)
{
    for (unsigned n = 0; n < e->foot.n; n++) {
        const struct dv_strided *part = &e->foot.part[n];
        uint64_t lo, hi;

        dv_strided_hull(part, &lo, &hi);
        if (part->space == space && part->rw & rw && lo <= address && address < hi)
            return part;
    }
    return NULL;
}

void dv_init_report_used(struct dv_init *i, const struct dv_deed *e, const struct dv_spread *s,
                         enum dv_used how)
{
    static const char *const text[] = {
        [DV_USED_BY_S] = "uninitialised read of size %llu: S loads them, but %s",
        [DV_USED_BY_V] = "uninitialised read of size %llu: v computes with them, but %s",
        [DV_USED_AS_ADDRESS] =
            "uninitialised read of size %llu: v takes addresses from them, but %s"};
    static const char *const fix[] = {
        [DV_USED_BY_S] = "write them before this load and wait for the pipe that does",
        [DV_USED_BY_V] = "load or fill the whole tile before, or mask the lanes off",
        [DV_USED_AS_ADDRESS] = "write the offsets of all lanes before, or mask the lanes off"};
    struct dv_check_finding *f = report(i, e, s, how == DV_USED_BY_V ? "warning" : "error");
    char source[256];

    if (!f)
        return;
    tell_source(i, s, source, sizeof source);
    dv_book_bytes(&i->k->book, e, part_with(e, s->space, s->address, DV_READ), s->space, s->address,
                  s->bytes, &f->d.at);
    dv_book_say(f->d.text, sizeof f->d.text, text[how], (unsigned long long)s->bytes, source);
    dv_book_say(f->d.fix, sizeof f->d.fix, "%s", fix[how]);
}

void dv_init_report_output(struct dv_init *i, const struct dv_deed *e, const struct dv_spread *s,
                           const struct dv_spread *out, const struct dv_check_tensor *t)
{
    struct dv_check_finding *f = report(i, e, s, "error");
    char source[256];

    if (!f)
        return;
    tell_source(i, s, source, sizeof source);
    dv_book_bytes(&i->k->book, e, part_with(e, DV_SPACE_GM, out->address, DV_WRITE), DV_SPACE_GM,
                  out->address, out->bytes, &f->d.at);
    dv_book_say(f->d.text, sizeof f->d.text,
                "uninitialised: %llu bytes never written reach output %s from byte %llu on: %s",
                (unsigned long long)out->bytes, t->name,
                (unsigned long long)(out->address - t->address), source);
    dv_book_say(f->d.fix, sizeof f->d.fix,
                "load or fill the whole tile, mask the tail, or store only what was computed");
}

void dv_init_report_live(struct dv_init *i, const struct dv_event *e, const char *name,
                         uint8_t mark)
{
    struct dv_deed by = {.core = e->core, .block = e->block, .pc = e->pc, .pipe = DV_PIPE_S};
    struct dv_spread s = {.mark = mark};
    struct dv_check_finding *f;
    char source[256];

    by.at = e->end;
    f = report(i, &by, &s, "error");
    if (!f)
        return;
    tell_source(i, &s, source, sizeof source);
    dv_book_say(f->d.text, sizeof f->d.text, "uninitialised: S reads special register %s, but %s",
                name, source);
    dv_book_say(f->d.fix, sizeof f->d.fix, "%s",
                "load or fill the whole tile before, or mask the lanes off");
}
