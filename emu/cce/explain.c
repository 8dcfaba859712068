/* dv explain for launches: DV_CCE_EXPLAIN and dv_cce_explain. Owns what a question may say and
 * which launch answers it: the first that issues the instruction asked for so often. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/cce/device.h"
#include "emu/run/explain.h"

struct dv_question {
    char *text, *file; /* file: NULL = that of the first intrinsic of a launch */
    uint32_t line;     /* 0 = by pc */
    uint64_t pc, nth;
    uint32_t block;
    bool has_block;
    bool *met;            /* entries issued since it was asked */
    const char *begins;   /* file of the first of them */
    uint64_t most;        /* executions in one block .. */
    uint32_t most_block;  /* .. and that block */
    char unfinished[160]; /* it was issued, and did not complete */
    unsigned launches;
    struct dv_explain *life; /* of the launch under way */
    char *page;              /* the answer; until then why there is none */
    bool answered;
};

/* ---- what is asked --------------------------------------------------------------------------- */

static bool number(const char **p, int base, uint64_t *out)
{
    char *end;

    if (**p < '0' || **p > '9')
        return false;
    *out = strtoull(*p, &end, base);
    *p = end;
    return true;
}

/* "0x40", "37" or "vadd.c:37", up to *p. */
static bool place(struct dv_question *q, const char *text, const char **p)
{
    const char *end = text + strcspn(text, "#@"), *colon = NULL;
    uint64_t line;

    for (*p = text; *p < end; ++*p)
        colon = **p == ':' ? *p : colon;
    *p = colon ? colon + 1 : text;
    if (!colon && !strncmp(text, "0x", 2))
        return number(p, 16, &q->pc) && *p == end && q->pc % 4 == 0;
    if (colon == text || !number(p, 10, &line) || *p != end || !line || line > UINT32_MAX)
        return false;
    q->line = (uint32_t)line;
    q->file = colon ? strndup(text, (size_t)(colon - text)) : NULL;
    return !colon || q->file;
}

/* "#5" and "@3" behind the place, each at most once. */
static bool which(struct dv_question *q, const char *p)
{
    uint64_t block;

    if (*p == '#' && (p++, !number(&p, 10, &q->nth) || !q->nth))
        return false;
    if (*p != '@')
        return !*p;
    p++;
    if (!number(&p, 10, &block) || *p || block >= UINT32_MAX)
        return false;
    q->block = (uint32_t)block;
    q->has_block = true;
    return true;
}

void dv_question_free(struct dv_question *q)
{
    if (!q)
        return;
    dv_explain_free(q->life);
    free(q->text);
    free(q->file);
    free(q->met);
    free(q->page);
    free(q);
}

struct dv_question *dv_question_new(struct dv_cce *d, const char *text)
{
    struct dv_question *q = calloc(1, sizeof *q);
    const char *p;

    if (q) {
        q->nth = 1;
        q->text = strdup(text);
        q->met = calloc(DV_NATIVE_ROOM, sizeof *q->met);
    }
    if (!q || !q->text || !q->met)
        dv_dev_misuse(d, "out of memory");
    else if (!place(q, text, &p) || !which(q, p))
        dv_dev_misuse(d,
                      "explain '%.80s': expected FILE:LINE, LINE or 0xPC, then #I for the I-th "
                      "execution in a block and @B for block B",
                      text);
    else
        return q;
    dv_question_free(q);
    return NULL;
}

/* ---- instructions ---------------------------------------------------------------------------- */

/* A path, or its last parts. */
static bool file_is(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);

    return n >= m && !strcmp(name + n - m, end) && (n == m || name[n - m - 1] == '/');
}

static const char *file_of(const struct dv_question *q)
{
    return q->file ? q->file : q->begins ? q->begins : "";
}

void dv_question_met(struct dv_question *q, const struct dv_cce *d, uint32_t op)
{
    const struct dv_site *t = dv_site(d->sites, op);

    if (q->met[op] || !t)
        return;
    q->met[op] = true;
    if (!q->begins && t->at.line)
        q->begins = t->at.file;
    if (q->line ? (uint32_t)t->at.line == q->line && file_is(t->at.file, file_of(q))
                : q->pc == 4ull * op)
        dv_explain_mark(q->life, op);
}

enum dv_err dv_question_begin(struct dv_question *q, struct dv_cce *d)
{
    bool none = false;

    dv_explain_free(q->life); /* of a launch that came to nothing */
    q->life = dv_explain_new(d->machine, &(struct dv_explain_want){.wanted = &none,
                                                                   .room = DV_NATIVE_ROOM,
                                                                   .nth = q->nth,
                                                                   .block = q->block,
                                                                   .any = !q->has_block});
    struct dv_listener hear = q->life ? dv_explain_listener(q->life) : (struct dv_listener){0};
    if (!q->life || !dv_machine_listen(d->machine, &hear))
        return dv_fail(&d->diag, DV_E_MEMORY, "out of memory for what is to be explained");
    memset(q->met, 0, DV_NATIVE_ROOM * sizeof *q->met);
    q->begins = NULL;
    return DV_OK;
}

/* ---- answers --------------------------------------------------------------------------------- */

/* The nearest lines that issued something, 0 = none. */
static void nearest(const struct dv_question *q, const struct dv_cce *d, uint32_t line[2])
{
    line[0] = line[1] = 0;
    for (uint32_t i = 0; i < dv_sites_count(d->sites); i++) {
        const struct dv_site *t = dv_site(d->sites, i);
        uint32_t at = (uint32_t)t->at.line;
        if (!q->met[i] || t->ends || !at || !file_is(t->at.file, file_of(q)))
            continue;
        if (at < q->line && at > line[0])
            line[0] = at;
        if (at > q->line && (!line[1] || at < line[1]))
            line[1] = at;
    }
}

/* An intrinsic whose call no compiler names: block_idx, block_num in C++. */
static const char *nowhere(const struct dv_question *q, const struct dv_cce *d)
{
    for (uint32_t i = 0; i < dv_sites_count(d->sites); i++)
        if (q->met[i] && !dv_site(d->sites, i)->at.line)
            return dv_site(d->sites, i)->at.name;
    return NULL;
}

static void no_line(const struct dv_question *q, const struct dv_cce *d, FILE *f)
{
    uint32_t line[2];
    const char *name = nowhere(q, d);

    nearest(q, d, line);
    fprintf(f, "line %" PRIu32 " of %s issued nothing", q->line, file_of(q));
    if (line[0] && line[1])
        fprintf(f, "; the nearest lines that did are %" PRIu32 " and %" PRIu32, line[0], line[1]);
    else if (line[0] || line[1])
        fprintf(f, "; the nearest line that did is %" PRIu32, line[0] ? line[0] : line[1]);
    else if (q->begins)
        fprintf(f, ", nor did any other of that file; the first intrinsic is in %s", q->begins);
    if (name)
        fprintf(f, "; %s has no line, get_%s() has", name, name);
}

/* Why there is no answer. */
static void excuse(const struct dv_question *q, const struct dv_cce *d, FILE *f)
{
    fprintf(f, "nothing to explain at %s: ", q->text);
    if (!q->launches)
        fprintf(f, "there was no launch");
    else if (*q->unfinished)
        fputs(q->unfinished, f);
    else if (q->most)
        fprintf(f,
                "it was issued %" PRIu64 " time%s in block %" PRIu32 "%s, #%" PRIu64
                " asks for more",
                q->most, q->most == 1 ? "" : "s", q->most_block,
                q->has_block ? "" : " and in no block more often", q->nth);
    else if (q->has_block)
        fprintf(f, "block %" PRIu32 " issued nothing there", q->block);
    else if (q->line)
        no_line(q, d, f);
    else
        fprintf(f, "nothing was issued under that address");
    fputc('\n', f);
}

/* The launch ended in a fault first. */
static void unfinished(struct dv_question *q, const struct dv_cce *d)
{
    const struct dv_life *l = dv_explain_pending(q->life);
    const struct dv_result *o = &d->run->result;

    if (l)
        snprintf(q->unfinished, sizeof q->unfinished,
                 "it was issued at cycle %" PRIu64 " (block %" PRIu32
                 ", core %u), and the launch ended with %s before it was complete",
                 l->dispatch / DV_CYCLE, l->block, (unsigned)l->core,
                 o->findings ? o->finding[0].code : "an error");
}

static void tell(struct dv_question *q, const struct dv_cce *d, FILE *f)
{
    struct dv_explain_view v = {.run = d->run, .life = dv_explain_life(q->life)};
    uint32_t block;
    uint64_t most = dv_explain_most(q->life, &block);

    if (most > q->most) {
        q->most = most;
        q->most_block = block;
    }
    q->answered = v.life->found;
    if (!q->answered) {
        unfinished(q, d);
        excuse(q, d, f);
        return;
    }
    dv_explain_fill(&v);
    dv_explain_show(f, &v);
}

enum dv_err dv_question_end(struct dv_question *q, struct dv_cce *d)
{
    size_t bytes;
    bool lost = dv_explain_failed(q->life);
    FILE *f;

    q->launches++;
    free(q->page);
    q->page = NULL;
    f = lost ? NULL : open_memstream(&q->page, &bytes);
    if (f) {
        tell(q, d, f);
        lost = fclose(f) != 0;
    }
    dv_explain_free(q->life);
    q->life = NULL;
    if (!f || lost)
        return dv_fail(&d->diag, DV_E_MEMORY, "out of memory for what is to be explained");
    if (q->answered && !d->quiet) {
        fflush(stdout);
        fputs(q->page, stderr);
    }
    return DV_OK;
}

bool dv_question_open(const struct dv_question *q)
{
    return q && !q->answered;
}

const char *dv_question_page(const struct dv_question *q)
{
    return q && q->page ? q->page : "";
}

void dv_question_close(struct dv_question *q, const struct dv_cce *d)
{
    if (dv_question_open(q) && q->launches && !d->quiet) {
        fflush(stdout);
        fprintf(stderr, "dv: %s", dv_question_page(q));
    }
    dv_question_free(q);
}
