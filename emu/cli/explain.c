/* dv explain: runs a kernel and tells the life of one instruction. Owns what --at may say and the
 * exit status; the texts are in explain_show.c. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/cli/cli.h"
#include "emu/run/explain.h"

/* ---- the place ------------------------------------------------------------------------------- */

struct place {
    const char *text; /* of --at */
    const char *file; /* n bytes; NULL = the file the kernel begins in */
    size_t n;
    uint32_t line;
    bool *wanted;
    uint32_t words, found;
};

static bool file_is(const struct dv_obj *o, uint32_t index, const struct place *p)
{
    if (index >= o->files)
        return false;
    const char *name = o->file[index];
    size_t n = strlen(name);
    return n >= p->n && !memcmp(name + n - p->n, p->file, p->n) &&
           (n == p->n || name[n - p->n - 1] == '/');
}

/* A row of the table, or an expansion it came from, is at the line. */
static bool row_is(const struct dv_obj *o, const struct dv_line *l, const struct place *p,
                   bool expanded)
{
    if (!expanded)
        return l->line == p->line && file_is(o, l->file, p);
    for (uint32_t c = l->call; c && c <= o->calls; c = o->call[c - 1].parent)
        if (o->call[c - 1].line == p->line && file_is(o, o->call[c - 1].file, p))
            return true;
    return false;
}

static void mark_rows(const struct dv_obj *o, struct place *p, bool expanded)
{
    for (uint32_t i = 0; i < o->lines; i++) {
        uint64_t end = i + 1 < o->lines ? o->line[i + 1].pc : 4ull * p->words;
        if (!row_is(o, &o->line[i], p, expanded))
            continue;
        for (uint64_t pc = o->line[i].pc; pc < end && pc / 4 < p->words; pc += 4) {
            p->found += !p->wanted[pc / 4];
            p->wanted[pc / 4] = true;
        }
    }
}

/* The nearest lines with instructions, 0 = none. */
static void nearest(const struct dv_obj *o, const struct place *p, uint32_t *below, uint32_t *above)
{
    *below = *above = 0;
    for (uint32_t i = 0; i < o->lines; i++) {
        uint32_t line = o->line[i].line;
        if (!file_is(o, o->line[i].file, p))
            continue;
        if (line < p->line && line > *below)
            *below = line;
        if (line > p->line && (!*above || line < *above))
            *above = line;
    }
}

static int no_line(const struct dv_obj *o, const struct place *p)
{
    uint32_t below, above;
    char text[80] = "";
    int n = (int)p->n;
    nearest(o, p, &below, &above);
    if (below && above)
        snprintf(text, sizeof text, "the nearest lines with one are %u and %u", below, above);
    else if (below || above)
        snprintf(text, sizeof text, "the nearest line with one is %u", below ? below : above);
    if (*text)
        dv_error("line %u of %.*s holds no instruction; %s", p->line, n, p->file, text);
    else
        dv_error("no instruction comes from a file '%.*s'; 'dv as -l -' lists what there is", n,
                 p->file);
    return DV_EXIT_USAGE;
}

static int bad_place(const char *text)
{
    return dv_usage("explain", "--at %.60s: expected LINE, FILE:LINE or 0xPC", text);
}

static int mark_pc(struct place *p)
{
    char *end;
    uint64_t pc = strtoull(p->text, &end, 16);
    if (*end || end == p->text + 2)
        return bad_place(p->text);
    if (pc % 4 || pc / 4 >= p->words) {
        dv_error("no instruction at 0x%" PRIx64 ": they are at multiples of 4 below 0x%" PRIx64, pc,
                 (uint64_t)4 * p->words);
        return DV_EXIT_USAGE;
    }
    p->wanted[pc / 4] = true;
    p->found = 1;
    return -1;
}

/* Sets p->wanted. Returns -1 to go on. */
static int find_place(const struct dv_run *r, struct place *p)
{
    const char *colon = strrchr(p->text, ':'), *digits = colon ? colon + 1 : p->text;
    const struct dv_line *begin = dv_obj_line(r->obj, r->launch.entry[0]);
    char *end;
    if (!strncmp(p->text, "0x", 2) || !strncmp(p->text, "0X", 2))
        return mark_pc(p);
    unsigned long line = strtoul(digits, &end, 10);
    if (*digits < '0' || *digits > '9' || *end || !line || line > UINT32_MAX || colon == p->text)
        return bad_place(p->text);
    if (!colon && !begin) {
        dv_error("the object has no line table; give an address, --at 0xPC");
        return DV_EXIT_USAGE;
    }
    p->line = (uint32_t)line;
    p->file = colon ? p->text : r->obj->file[begin->file];
    p->n = colon ? (size_t)(colon - p->text) : strlen(p->file);
    mark_rows(r->obj, p, false);
    if (!p->found)
        mark_rows(r->obj, p, true);
    return p->found ? -1 : no_line(r->obj, p);
}

/* ---- the command ----------------------------------------------------------------------------- */

static int not_executed(const struct dv_explain *e, const struct dv_run_cli *c, const char *place)
{
    uint32_t block;
    uint64_t most = dv_explain_most(e, &block), nth = c->nth ? c->nth : 1;
    char where[40] = "";
    if (c->has_block)
        snprintf(where, sizeof where, " in block %u", c->in_block);
    if (most)
        dv_error("%s %.80s: executed %" PRIu64 " time%s in block %u%s; --nth %" PRIu64
                 " asks for more",
                 place, c->at, most, most == 1 ? "" : "s", block,
                 c->has_block ? "" : ", in no block more often", nth);
    else
        dv_error("%s %.80s: never executed%s with these arguments", place, c->at, where);
    return DV_EXIT_KERNEL;
}

static int write_json(const struct dv_explain_view *v, const char *path)
{
    struct dv_json j = {0};
    dv_explain_json(&j, v);
    int status = j.failed ? DV_EXIT_INTERNAL : dv_write_text(path, j.p, j.n);
    dv_json_free(&j);
    return status;
}

static int tell(struct dv_run *r, const struct dv_run_cli *c, const char *place,
                const struct dv_explain *e)
{
    struct dv_explain_view v = {.run = r, .life = dv_explain_life(e)};
    if (dv_explain_failed(e)) {
        dv_error("out of memory");
        return DV_EXIT_INTERNAL;
    }
    if (!v.life->found)
        return not_executed(e, c, place);
    dv_explain_fill(&v);
    if (!c->quiet && !(c->json && !strcmp(c->json, "-")))
        dv_explain_show(stdout, &v);
    int status = c->json ? write_json(&v, c->json) : 0;
    if (r->result.findings)
        dv_error("%s", r->result.finding[0].d.text);
    return status ? status : dv_run_exit(r);
}

static int go(struct dv_run *r, const struct dv_run_cli *c, const char *place,
              const struct dv_explain *e, const struct dv_prof_extra *x)
{
    struct dv_diag d;
    dv_diag_init(&d);
    enum dv_err got = dv_run_go(r, &d);
    int said = x ? x->ended(x->self, got, &d) : -1;
    if (said >= 0)
        return said;
    return got ? dv_show_fault(&d, &r->chip) : tell(r, c, place, e);
}

int dv_explain_go(struct dv_run *r, const struct dv_run_cli *c, const char *place,
                  const struct dv_explain_want *want, const struct dv_prof_extra *x)
{
    struct dv_explain *e = dv_explain_new(r->machine, want);
    if (!e)
        return DV_EXIT_INTERNAL;
    struct dv_listener hear = dv_explain_listener(e);
    int status = DV_EXIT_INTERNAL;
    if (dv_machine_listen(r->machine, &hear))
        status = go(r, c, place, e, x);
    dv_explain_free(e);
    return status;
}

static int refused(const struct dv_run_cli *c)
{
    if (!c->at)
        return dv_usage("explain", "expected --at LINE, FILE:LINE or 0xPC");
    if (c->o.time_off)
        return dv_usage("explain", "a life has times; remove --time off");
    if (c->log || c->dumps || c->o.uncertainty)
        return dv_usage("explain", "--log, --dump and --uncertainty belong to 'dv run'");
    return -1;
}

static int start(struct dv_run *r, const struct dv_run_cli *c)
{
    struct place p = {.text = c->at, .words = (uint32_t)(r->obj->section[DV_TEXT].n / 4)};
    p.wanted = calloc(p.words + 1u, sizeof *p.wanted);
    int status = p.wanted ? find_place(r, &p) : DV_EXIT_INTERNAL;
    if (status < 0)
        status = dv_explain_go(r, c, "--at",
                               &(struct dv_explain_want){.wanted = p.wanted,
                                                         .words = p.words,
                                                         .nth = c->nth ? c->nth : 1,
                                                         .block = c->in_block,
                                                         .any = !c->has_block},
                               NULL);
    free(p.wanted);
    return status;
}

int dv_cmd_explain(int argc, char **argv)
{
    struct dv_run_cli c;
    struct dv_program p = {0};
    struct dv_run *r = calloc(1, sizeof *r);
    int status = r ? dv_run_options(&c, "explain", argc, argv) : DV_EXIT_INTERNAL;
    if (status < 0)
        status = refused(&c);
    if (status < 0 && dv_run_start(r, &c, &p, &status))
        status = start(r, &c);
    if (r) {
        dv_run_free(r);
        dv_program_free(&p);
        dv_run_cli_free(&c);
    }
    free(r);
    return status;
}
