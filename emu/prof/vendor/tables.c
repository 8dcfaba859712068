/* The tables of instructions and lines of every core (formats.md 2.1), and the writer of everything
 * that is made of sums. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "emu/prof/vendor/tally.h"
#include "emu/prof/vendor/vendor.h"

/* ",call_count,cycles,running_time(us)" */
static void put_sums(const struct dv_tally *t, struct dv_out *o, const struct dv_tally_row *row)
{
    char *p = dv_out_room(o, 128), *start = p;
    *p++ = ',';
    p = dv_put_u64(p, row->calls);
    *p++ = ',';
    p = dv_put_cycles(p, row->cycles);
    *p++ = ',';
    p = dv_put_us(p, dv_clock_ps(&t->clock, dv_union_length(&row->running)));
    o->n += (uint32_t)(p - start);
}

static struct dv_out *open_table(const struct dv_tally *t, const struct dv_tally_core *c,
                                 const char *what)
{
    char name[128];
    snprintf(name, sizeof name, "simulator/%s/%s_%s.csv", c->label, c->label, what);
    return dv_out_open(t->run->folder, name, NULL);
}

/* "FILE:LINE", in quotes when a reader would take it for more than a column. */
static void put_place(struct dv_out *o, const struct dv_obj *obj, const struct dv_line *l)
{
    const char *file = l && l->file < obj->files ? obj->file[l->file] : "?";
    const char *quote = strpbrk(file, ",\"\n\r") ? "\"" : "";
    dv_out_text(o, quote);
    for (const char *c = file; *c; c++)
        dv_out_put(o, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
    dv_out_f(o, ":%u%s", l ? l->line : 0, quote);
}

static void write_codes(const struct dv_tally *t, const struct dv_tally_core *c)
{
    struct dv_out *o = open_table(t, c, "code_exe");
    if (!o)
        return;
    dv_out_text(o, "code,call_count,cycles,running_time(us)\n");
    for (uint32_t i = 0; i < t->lines; i++) {
        const struct dv_line *l = dv_obj_line(t->run->obj, DV_CODE_BASE + 4 * t->first[i]);
        if (!c->line[i].calls)
            continue;
        put_place(o, t->run->obj, l);
        put_sums(t, o, &c->line[i]);
        dv_out_text(o, "\n");
        dv_out_mark(o);
    }
    dv_out_close(o);
}

static void write_instructions(const struct dv_tally *t, const struct dv_tally_core *c)
{
    struct dv_out *o = open_table(t, c, "instr_exe");
    if (!o)
        return;
    dv_out_text(o, "instr,addr,pipe,call_count,cycles,running_time(us),detail\n");
    for (uint64_t i = 0; i < t->codes.words; i++) {
        const struct dv_code *k = &t->codes.code[i];
        if (!c->code[i].calls)
            continue;
        dv_out_f(o, "%s,0x%" PRIx64 ",%s", k->name, (uint64_t)(DV_CODE_BASE + 4 * i),
                 dv_tracks[k->track == DV_TRACK_SCALARLDST ? DV_TRACK_SCALAR : k->track].name);
        put_sums(t, o, &c->code[i]);
        dv_out_text(o, ",");
        dv_out_csv(o, c->code[i].detail ? c->code[i].detail : "");
        dv_out_text(o, "\n");
        dv_out_mark(o);
    }
    dv_out_close(o);
}

void dv_tables_write(const struct dv_tally *t)
{
    for (unsigned i = 0; i < t->cores; i++)
        if (t->core[i]) {
            write_codes(t, t->core[i]);
            write_instructions(t, t->core[i]);
        }
}

/* What the vendor's simulator prints on the console, a row a core. */
static void write_core_times(const struct dv_tally *t)
{
    struct dv_out *o = dv_out_open(t->run->folder, "CoreTime.csv", NULL);
    if (!o)
        return;
    dv_out_text(o, "core_name,duration_time(us),running_time(us)\n");
    for (unsigned i = 0; i < t->cores; i++) {
        const struct dv_tally_core *c = t->core[i];
        if (!c || c->first > c->last)
            continue;
        uint64_t from = dv_clock_ps(&t->clock, c->first), to = dv_clock_ps(&t->clock, c->last);
        char *p = dv_out_room(o, 128), *start = p;
        p = dv_put_text(p, c->label, strlen(c->label));
        *p++ = ',';
        p = dv_put_us(p, to - from);
        *p++ = ',';
        p = dv_put_us(p, dv_clock_ps(&t->clock, dv_union_core_length(&c->running)));
        *p++ = '\n';
        o->n += (uint32_t)(p - start);
        dv_out_mark(o);
    }
    dv_out_close(o);
}

/* ---- the writer ------------------------------------------------------------------------------ */

static void vendor_drop(void *self)
{
    dv_tally_free(self);
    free(self);
}

static void *vendor_begin(const struct dv_prof_run *r)
{
    struct dv_tally *t = malloc(sizeof *t);
    if (t && dv_tally_begin(t, r))
        return t;
    if (t)
        vendor_drop(t);
    dv_folder_no_memory(r->folder);
    return NULL;
}

static void vendor_event(void *self, const struct dv_event *e)
{
    dv_tally_event(self, e);
}

static void vendor_end(void *self, const struct dv_prof_run *r)
{
    struct dv_tally *t = self;
    t->run = r;
    if (t->codes.failed) {
        dv_folder_no_memory(r->folder);
        return;
    }
    dv_tables_write(t);
    write_core_times(t);
    dv_metrics_write(t);
    dv_bin_write(t);
}

const struct dv_prof_writer dv_write_vendor = {
    .name = "vendor",
    .makes = "simulator/CORE/CORE_code_exe.csv, _instr_exe.csv, simulator/visualize_data.bin, "
             "CoreTime.csv, PipeUtilization.csv and the other device metrics",
    .kinds = 1u << DV_EV_SCALAR | 1u << DV_EV_RETIRE | 1u << DV_EV_STALL,
    .begin = vendor_begin,
    .event = vendor_event,
    .end = vendor_end,
    .drop = vendor_drop,
};
