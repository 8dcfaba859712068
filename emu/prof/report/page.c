/* Writes report.html: the page with its style and script, and the data block. Owns the keys of the
 * data, which report.js alone reads. */
#include <inttypes.h>

#include "emu/prof/report/page.h"
#include "isa/embed.h"

extern const struct dv_embedded dv_report_files[]; /* report.html, report.css, then scripts */

static void put_names(struct dv_out *p, const char *key, const char *const *name, unsigned n)
{
    dv_out_f(p, ",\n\"%s\":[", key);
    for (unsigned i = 0; i < n; i++) {
        dv_out_text(p, i ? "," : "");
        dv_page_string(p, name[i]);
    }
    dv_out_f(p, "]");
}

/* JSON as it is, but for what could end the block. */
static void put_json(struct dv_out *p, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] == '<')
            dv_out_text(p, "\\u003c");
        else
            dv_out_put(p, text + i, 1);
}

/* What the console says below its tables, as far as there is something to say. */
static void put_notes(struct dv_out *p, const struct dv_report *r, const struct dv_prof_run *a)
{
    double clock = (double)DV_P(a->chip, clock) * 1e-6;
    char text[2][256];
    dv_summary_launch(a->sum, a->time_us, a->task_us,
                      (double)dv_machine_end(r->machine) / DV_CYCLE / clock, text[0],
                      sizeof text[0]);
    dv_summary_balance(a->sum, text[1], sizeof text[1]);
    dv_out_f(p, ",\n\"notes\":[");
    for (unsigned i = 0, n = 0; i < 2; i++)
        if (*text[i]) {
            dv_out_text(p, n++ ? "," : "");
            dv_page_string(p, text[i]);
        }
    dv_out_f(p, "]");
}

static void put_about(struct dv_out *p, const struct dv_report *r, const struct dv_prof_run *a)
{
    char advice[512];
    dv_summary_advice(a->sum, advice, sizeof advice);
    dv_out_f(p, "{\"schema\":\"dv.report/1\",\n\"kernel\":");
    dv_page_string(p, a->kernel->name);
    dv_out_f(p, ",\"source\":");
    dv_page_string(p, a->source);
    dv_out_f(p, ",\"args\":");
    dv_page_string(p, a->args);
    dv_out_f(p, ",\n\"advice\":");
    dv_page_string(p, advice);
    put_notes(p, r, a);
    dv_out_f(p, ",\n\"chip\":");
    dv_page_string(p, a->chip->name);
    dv_out_f(p, ",\"tick\":%u,\"blocks\":%" PRIu32 ",\"cycles\":%" PRIu64, DV_CYCLE, a->blocks,
             dv_machine_cycles(r->machine));
    if (a->json) {
        dv_out_f(p, ",\n\"run\":");
        put_json(p, a->json, a->json_bytes);
    }
}

/* ---- the chip -------------------------------------------------------------------------------- */

static void put_numbers(struct dv_out *p, const struct dv_chip *c)
{
    dv_out_f(p, ",\n\"number\":{\"merged\":%u", (unsigned)DV_P(c, merged));
    for (unsigned i = 0; i < DV_CHIP_PARAM_COUNT; i++) {
        const struct dv_chip_param *n = &dv_chip_params[i];
        double v = (double)c->v[i];
        if (n->unit == DV_PU_RATE || n->unit == DV_PU_MACS || n->unit == DV_PU_ELEMS)
            v /= 4294967296.0;
        else if (n->unit != DV_PU_COUNT && n->unit != DV_PU_HZ && n->unit != DV_PU_GBPS)
            continue;
        dv_out_f(p, ",\"%s\":", n->path);
        dv_page_number(p, v);
    }
    dv_out_f(p, "}");
}

/* [unit, busy, idle, instructions, [stall ..]] */
static void put_unit(struct dv_out *p, unsigned unit, const struct dv_pipe_stats *s, dv_time span)
{
    dv_time idle = span - s->busy;
    for (unsigned i = 0; i < DV_REASONS; i++)
        idle -= s->stall[i];
    dv_out_f(p, "[%u,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",[", unit, s->busy, idle, s->instructions);
    for (unsigned i = 0; i < DV_REASONS; i++)
        dv_out_f(p, "%s%" PRIu64, i ? "," : "", s->stall[i]);
    dv_out_f(p, "]]");
}

static void put_core(struct dv_out *p, const struct dv_report *r, unsigned core)
{
    static const char *const kind[DV_KINDS] = {
        [DV_AIC] = "aic", [DV_AIV] = "aiv", [DV_C100] = "core"};
    const struct dv_core_stats *c = dv_machine_core(r->machine, core);
    unsigned aic = (unsigned)DV_P(dv_machine_chip(r->machine), aic);
    unsigned number = c->kind == DV_AIV ? core - aic : core;
    bool first = true;
    dv_out_f(p,
             "{\"core\":%u,\"name\":\"%s %u\",\"kind\":\"%s\",\"first\":%" PRIu64
             ",\"last\":%" PRIu64 ",\"macs\":%" PRIu64 ",\"units\":[",
             core, kind[c->kind], number, kind[c->kind], c->first, c->last, c->macs);
    for (unsigned i = 0; i < DV_PIPE_COUNT; i++)
        if (dv_pipe_on(i, c->kind)) {
            dv_out_text(p, first ? "" : ",");
            put_unit(p, i, &c->pipe[i], c->last - c->first);
            first = false;
        }
    dv_out_f(p, "],\"bytes\":[");
    for (unsigned i = 0; i < DV_PATHS; i++)
        dv_out_f(p, "%s%" PRIu64, i ? "," : "", c->path_bytes[i]);
    dv_out_f(p, "],\"sizes\":[");
    for (unsigned i = 0; i < DV_SPACE_COUNT; i++)
        dv_out_f(p, "%s%u", i ? "," : "", dv_machine_local_size(r->machine, core, i));
    dv_out_f(p, "]}");
}

static void put_cores(struct dv_out *p, const struct dv_report *r)
{
    bool first = true;
    dv_out_f(p, ",\n\"cores\":[");
    for (unsigned i = 0; i < r->cores; i++) {
        if (!dv_machine_core(r->machine, i)->blocks)
            continue;
        dv_out_text(p, first ? "" : ",\n");
        put_core(p, r, i);
        first = false;
    }
    dv_out_f(p, "]");
}

/* ---- bins ------------------------------------------------------------------------------------ */

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Two letters a bin: how much of it is work, in 63rds, and the reason of most waiting + 1, 0 when
 * nothing waited. */
static void put_lane(struct dv_out *p, const struct dv_report *r, unsigned lane, unsigned bins)
{
    dv_out_f(p, "[%u,%u,\"", lane / DV_PIPE_COUNT, lane % DV_PIPE_COUNT);
    for (unsigned i = 0; i < bins; i++) {
        const dv_time *b = r->lane[lane].bin[i];
        unsigned most = 0;
        for (unsigned k = 1; k < DV_REASONS; k++)
            most = b[k] > b[most] ? k : most;
        char two[2] = {digits[(b[DV_REASONS] * 63 + r->width - 1) / r->width & 63],
                       digits[b[most] ? most + 1 : 0]};
        dv_out_put(p, two, 2);
    }
    dv_out_f(p, "\"]");
}

static void put_bins(struct dv_out *p, const struct dv_report *r)
{
    dv_time last = 0;
    bool first = true;
    for (unsigned i = 0; i < r->cores; i++) {
        const struct dv_core_stats *c = dv_machine_core(r->machine, i);
        if (c->blocks)
            last = c->last > last ? c->last : last;
    }
    unsigned bins = (unsigned)((last + r->width - 1) / r->width);
    bins = bins < r->bins ? bins : r->bins;
    dv_out_f(p, ",\n\"width\":%" PRIu64 ",\"lanes\":[", r->width);
    for (unsigned i = 0; i < r->cores * DV_PIPE_COUNT; i++) {
        if (!r->lane[i].bin)
            continue;
        dv_out_text(p, first ? "" : ",\n");
        put_lane(p, r, i, bins);
        dv_out_mark(p);
        first = false;
    }
    dv_out_f(p, "]");
}

/* ---- items ----------------------------------------------------------------------------------- */

/* [core, unit, kind, word, seq, block, issue, start, end, done, why, cause, flag or reason, bytes,
 * [piece, time, ..], [space, rw, lo, hi, ..], how, late, hit, miss, text]; times after the first
 * count from it. */
static char *put_next(char *p, uint64_t v)
{
    *p++ = ',';
    return dv_put_u64(p, v);
}

static char *put_pieces(char *p, const struct dv_report_item *it)
{
    for (unsigned i = 0; i < it->pieces; i++) {
        if (i)
            *p++ = ',';
        p = dv_put_u64(p, it->piece_kind[i]);
        p = put_next(p, it->piece[i]);
    }
    return p;
}

static char *put_uses(char *p, const struct dv_report_item *it)
{
    for (unsigned i = 0; i < it->uses; i++) {
        const struct dv_report_use *u = &it->use[i];
        if (i)
            *p++ = ',';
        p = dv_put_u64(p, u->space);
        p = put_next(p, u->rw);
        p = put_next(p, u->lo);
        p = put_next(p, u->hi);
    }
    return p;
}

static void put_item(struct dv_out *o, const struct dv_report_item *it)
{
    uint64_t head[] = {it->pipe,
                       it->kind,
                       it->pc / 4,
                       it->seq,
                       it->block,
                       it->issue,
                       it->start - it->issue,
                       it->end - it->issue,
                       it->done - it->issue,
                       it->why,
                       it->cause,
                       it->kind == DV_REPORT_STALL ? it->reason : it->flag,
                       it->bytes};
    uint64_t last[] = {it->how, it->late, it->hit, it->miss, it->text};
    char *p = dv_out_room(o, DV_OUT_RECORD), *start = p;
    *p++ = '[';
    p = dv_put_u64(p, it->core);
    for (unsigned i = 0; i < sizeof head / sizeof *head; i++)
        p = put_next(p, head[i]);
    p = put_pieces(dv_put_text(p, ",[", 2), it);
    p = put_uses(dv_put_text(p, "],[", 3), it);
    *p++ = ']';
    for (unsigned i = 0; i < sizeof last / sizeof *last; i++)
        p = put_next(p, last[i]);
    *p++ = ']';
    o->n += (uint32_t)(p - start);
}

/* What of the run is kept whole: [from, to], to 0 = no end; the region, and [core, from, to] of
 * visits to it. */
static void put_part(struct dv_out *p, const struct dv_report *r)
{
    if (r->window.from || r->window.to)
        dv_out_f(p, ",\"window\":[%" PRIu64 ",%" PRIu64 "]", r->window.from, r->window.to);
    if (!r->here)
        return;
    dv_out_text(p, ",\"region\":");
    dv_page_string(p, r->window.roi);
    dv_out_text(p, ",\"visits\":[");
    for (unsigned i = 0; i < r->visits; i++)
        dv_out_f(p, "%s[%u,%" PRIu64 ",%" PRIu64 "]", i ? "," : "", r->visit[i].core,
                 r->visit[i].from, r->visit[i].to);
    dv_out_text(p, "]");
}

static void put_items(struct dv_out *p, const struct dv_report *r)
{
    dv_out_f(p, ",\n\"events\":%" PRIu64 ",\"whole\":%s", r->events,
             r->some || r->cut || r->windowed ? "false" : "true");
    if (r->cut)
        dv_out_f(p, ",\"till\":%" PRIu64, r->till);
    put_part(p, r);
    dv_out_f(p, ",\n\"text\":[");
    for (unsigned i = 0; i < r->texts; i++) {
        dv_out_text(p, i ? "," : "");
        dv_page_string(p, r->text[i]);
    }
    dv_out_f(p, "],\n\"items\":[");
    for (unsigned i = 0; i < r->items; i++) {
        dv_out_text(p, i ? ",\n" : "");
        put_item(p, &r->item[i]);
        dv_out_mark(p);
    }
    dv_out_f(p, "]");
}

/* ---- names ----------------------------------------------------------------------------------- */

static void put_named(struct dv_out *p, const struct dv_report *r, unsigned kind)
{
    bool first = true;
    for (uint32_t i = 0; i < r->obj->names; i++) {
        const struct dv_name *n = &r->obj->name[i];
        if (n->kind != kind || !dv_name_is_of(n, r->kernel))
            continue;
        dv_out_text(p, first ? "[" : ",[");
        dv_page_string(p, n->name);
        if (kind == DV_NAME_FLAG)
            dv_out_f(p, ",%u,%u,%u,%u]", n->src, n->dst, n->first, n->copies ? n->copies : 1);
        else
            dv_out_f(p, ",%u,%" PRIu64 ",%" PRIu64 ",%u,%" PRIu64 "]", n->space, n->address,
                     n->bytes, n->copies ? n->copies : 1, n->pitch);
        first = false;
    }
}

static void put_banks(struct dv_out *p, const struct dv_report *r)
{
    dv_out_f(p, ",\n\"repeats\":%" PRIu64 ",\"elements\":%" PRIu64, r->repeats, r->elements);
    dv_out_f(p, ",\n\"banked\":%" PRIu64 ",\"bank_cost\":[%" PRIu64 ",%" PRIu64 ",%" PRIu64 "]",
             r->banked, r->bank_cost[0], r->bank_cost[1], r->bank_cost[2]);
    dv_out_f(p, ",\"banks\":[");
    for (unsigned g = 0; g < DV_REPORT_GROUPS; g++)
        for (unsigned b = 0; b < DV_REPORT_BANKS; b++)
            dv_out_f(p, "%s%" PRIu64 ",%" PRIu64, g || b ? "," : "", r->bank[g][b][0],
                     r->bank[g][b][1]);
    dv_out_f(p, "]");
}

static void put_data(struct dv_out *p, const struct dv_report *r, const struct dv_prof_run *a)
{
    const char *unit[DV_PIPE_COUNT], *space[DV_SPACE_COUNT];
    for (unsigned i = 0; i < DV_PIPE_COUNT; i++)
        unit[i] = dv_pipe_json(i);
    for (unsigned i = 0; i < DV_SPACE_COUNT; i++)
        space[i] = dv_spaces[i].name;
    put_about(p, r, a);
    put_numbers(p, dv_machine_chip(r->machine));
    put_names(p, "unit", unit, DV_PIPE_COUNT);
    put_names(p, "space", space, DV_SPACE_COUNT);
    put_names(p, "reason", dv_reason_names, DV_REASONS);
    put_names(p, "path", dv_path_names, DV_PATHS);
    put_names(p, "piece", dv_piece_names, DV_PIECES);
    put_names(p, "why", dv_why_names, DV_WHYS);
    dv_out_f(p, ",\n\"buffers\":[");
    put_named(p, r, DV_NAME_BUFFER);
    dv_out_f(p, "],\n\"flags\":[");
    put_named(p, r, DV_NAME_FLAG);
    dv_out_f(p, "]");
    put_cores(p, r);
    put_banks(p, r);
    put_bins(p, r);
    dv_page_program(p, r);
    put_items(p, r);
    dv_out_f(p, "}\n");
}

/* The template up to a mark such as @style@; returns what follows it. */
static const char *upto(struct dv_out *p, const char *from, const char *mark)
{
    const char *at = strstr(from, mark);
    if (!at)
        return from;
    dv_out_put(p, from, (size_t)(at - from));
    return at + strlen(mark);
}

void dv_page_write(struct dv_out *p, const struct dv_report *r, const struct dv_prof_run *run)
{
    const struct dv_embedded *f = dv_report_files;
    const char *rest = upto(p, f[0].text, "@style@");
    dv_out_put(p, f[1].text, f[1].bytes);
    rest = upto(p, rest, "@data@");
    put_data(p, r, run);
    rest = upto(p, rest, "@script@");
    for (f += 2; f->name; f++)
        dv_out_put(p, f->text, f->bytes);
    dv_out_text(p, rest);
}
