/* The program in report.html: its files as they are on disk, and what every instruction cost. Owns
 * which of a file is shown; a file that cannot be read is shown by its instructions alone. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/prof/report/page.h"

enum { DV_REPORT_FILE = 400000 }; /* bytes of one file that are shown */

static void put_file(struct dv_out *p, const char *name)
{
    FILE *f = name && *name ? fopen(name, "rb") : NULL;
    char *text = f ? malloc(DV_REPORT_FILE) : NULL;
    dv_out_f(p, "{\"name\":");
    dv_page_string(p, name ? name : "");
    dv_out_f(p, ",\"text\":");
    if (text)
        dv_page_text(p, text, fread(text, 1, DV_REPORT_FILE, f));
    else
        dv_page_string(p, NULL);
    dv_out_f(p, "}");
    free(text);
    if (f)
        fclose(f);
}

static void put_files(struct dv_out *p, const struct dv_obj *o)
{
    dv_out_f(p, ",\n\"files\":[");
    for (uint32_t i = 0; i < o->files; i++) {
        dv_out_text(p, i ? "," : "");
        put_file(p, o->file[i]);
    }
    dv_out_f(p, "],\n\"calls\":[");
    for (uint32_t i = 0; i < o->calls; i++) {
        const struct dv_call *c = &o->call[i];
        dv_out_text(p, i ? ",[" : "[");
        dv_page_string(p, c->name);
        dv_out_f(p, ",%u,%u,%u]", c->file, c->line, c->parent);
    }
    dv_out_f(p, "]");
}

/* Returns the unit it belongs to. */
static unsigned put_text(struct dv_out *p, const struct dv_report *r, uint32_t i)
{
    struct dv_op op;
    uint32_t word;
    char text[200] = "?";
    unsigned unit = DV_PIPE_S;
    memcpy(&word, r->obj->section[DV_TEXT].p + 4ull * i, sizeof word);
    if (!dv_isa_decode(word, r->obj->kinds, &op, NULL, NULL)) {
        dv_isa_print(&op, 4ull * i, text, sizeof text);
        unit = op.pipe;
    }
    dv_page_string(p, text);
    return unit;
}

/* [pc / 4, text, file, line, call, count, busy, bytes, [reason, time, ..], unit] */
static void put_code(struct dv_out *p, const struct dv_report *r, uint32_t i, bool *first)
{
    const struct dv_report_code *c = &r->code[i];
    const struct dv_line *l = dv_obj_line(r->obj, 4ull * i);
    bool some = false;
    dv_out_f(p, "%s[%" PRIu32 ",", *first ? "" : ",\n", i);
    *first = false;
    unsigned unit = put_text(p, r, i);
    dv_out_f(p, ",%d,%u,%u,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",[", l ? (int)l->file : -1,
             l ? l->line : 0, l ? l->call : 0, c->count, c->busy, c->bytes);
    for (unsigned k = 0; k < DV_REASONS; k++)
        if (c->stall[k]) {
            dv_out_f(p, "%s%u,%" PRIu64, some ? "," : "", k, c->stall[k]);
            some = true;
        }
    dv_out_f(p, "],%u]", unit);
}

static bool counts(const struct dv_report_code *c)
{
    bool some = c->count || c->busy;
    for (unsigned k = 0; k < DV_REASONS; k++)
        some |= c->stall[k] != 0;
    return some;
}

void dv_page_program(struct dv_out *p, const struct dv_report *r)
{
    bool first = true;
    put_files(p, r->obj);
    dv_out_f(p, ",\n\"code\":[");
    for (uint32_t i = 0; i < r->words; i++)
        if (counts(&r->code[i])) {
            put_code(p, r, i, &first);
            dv_out_mark(p);
        }
    dv_out_f(p, "]");
}
