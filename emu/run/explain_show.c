/* The life of an instruction in words. Owns the wording; the pieces and numbers come from
 * emu/prof. Moments are shown in hundredths of a cycle and pieces as their differences, so that
 * what is shown adds up too. */
#include <inttypes.h>
#include <string.h>

#include "emu/run/explain.h"

/* ---- names ----------------------------------------------------------------------------------- */

static bool decode(const struct dv_run *r, uint64_t pc, struct dv_op *op)
{
    const struct dv_bytes *code = &r->obj->section[DV_TEXT];
    uint32_t word;
    if (pc + 4 > code->n)
        return false;
    memcpy(&word, code->p + pc, sizeof word);
    return !dv_isa_decode(word, r->obj->kinds, op, NULL, NULL);
}

static void add_flag(const struct dv_run *r, const struct dv_op *op, char *out, size_t size)
{
    const struct dv_insn *in = dv_op_insn(op);
    size_t n = strlen(out);
    char name[80];
    if (in->exec != DV_EXEC_ENGINE || op->lane != DV_LANE_imm ||
        (in->sem != DV_ENGINE_set_flag && in->sem != DV_ENGINE_wait_flag))
        return;
    if (dv_obj_flag_at(r->obj, r->launch.kernel, dv_op_sel(op, DV_F_src), dv_op_sel(op, DV_F_dst),
                       (unsigned)op->imm, name, sizeof name))
        snprintf(out + n, size - n, " %s", name);
}

const char *dv_explain_insn(const struct dv_run *r, uint64_t pc, char *out, size_t size)
{
    struct dv_op op;
    struct dv_place p = {0};
    snprintf(out, size, "the instruction at 0x%" PRIx64, pc);
    if (dv_machine_is_native(r->machine)) { /* with the name of its intrinsic */
        dv_machine_place(r->machine, 0, pc, DV_PIPE_S, 0, &p);
        if (*p.insn)
            snprintf(out, size, "%s", p.insn);
        return out;
    }
    if (decode(r, pc, &op)) {
        dv_isa_print(&op, pc, out, size);
        add_flag(r, &op, out, size);
    }
    return out;
}

/* "line 71", or with the file when it is not that of the life. */
static const char *line_text(const struct dv_explain_view *v, uint64_t pc, char *out, size_t size)
{
    const struct dv_obj *o = v->run->obj;
    const struct dv_line *l = dv_obj_line(o, pc), *own = dv_obj_line(o, v->life->pc);
    const char *file = l && l->file < o->files ? o->file[l->file] : "";
    const char *slash = strrchr(file, '/');
    if (!l)
        snprintf(out, size, "0x%" PRIx64, pc);
    else if (own && own->file == l->file)
        snprintf(out, size, "line %u", l->line);
    else
        snprintf(out, size, "%.80s:%u", slash ? slash + 1 : file, l->line);
    return out;
}

const char *dv_explain_other(const struct dv_explain_view *v, const struct dv_life_other *o,
                             char *out, size_t size)
{
    char insn[200], line[100];
    if (!o->known)
        snprintf(out, size, "an instruction before");
    else
        snprintf(out, size, "%s (%s)", dv_explain_insn(v->run, o->pc, insn, sizeof insn),
                 line_text(v, o->pc, line, sizeof line));
    return out;
}

const char *dv_explain_core(const struct dv_run *r, unsigned core, char *out, size_t size)
{
    unsigned aic = (unsigned)DV_P(&r->chip, aic);
    if (DV_P(&r->chip, merged))
        snprintf(out, size, "core %u", core);
    else
        snprintf(out, size, "core %u (%s %u)", core, core < aic ? "aic" : "aiv",
                 core < aic ? core : core - aic);
    return out;
}

/* Hundredths of a cycle. */
static uint64_t hundredths(dv_time t)
{
    return (uint64_t)(((unsigned __int128)t * 100 + DV_CYCLE / 2) / DV_CYCLE);
}

static const char *cycles(uint64_t h, char out[32])
{
    snprintf(out, 32, "%" PRIu64 ".%02u", h / 100, (unsigned)(h % 100));
    return out;
}

static const char *time_text(dv_time t, char out[32])
{
    return cycles(hundredths(t), out);
}

static const char *span_text(dv_time from, dv_time to, char out[32])
{
    return cycles(hundredths(to) - hundredths(from), out);
}

/* ---- why ------------------------------------------------------------------------------------- */

const char *dv_explain_stall(const struct dv_explain_view *v, const struct dv_life_stall *w,
                             char *out, size_t size)
{
    char other[320];
    dv_explain_other(v, &w->other, other, sizeof other);
    switch (w->reason) {
    case DV_STALL_queue_full:
        snprintf(out, size, "for room in the full queue of %s, until %s left it",
                 dv_pipe_json(w->queue), other);
        break;
    case DV_STALL_flag:
        snprintf(out, size, "for the flag of %s", other);
        break;
    case DV_STALL_barrier:
        snprintf(out, size, "for everything dispatched; %s was complete last", other);
        break;
    case DV_STALL_mem_latency:
        snprintf(out, size, "for a load from %s", w->ub ? "UB" : "the data cache");
        break;
    case DV_STALL_dcache:
        snprintf(out, size, "for a line that the data cache did not hold");
        break;
    case DV_STALL_icache:
        snprintf(out, size, "for a line of code that the instruction cache did not hold");
        break;
    default:
        snprintf(out, size, "for: %s", dv_reason_names[w->reason]);
    }
    return out;
}

static void why_queued(const struct dv_explain_view *v, char *out, size_t size)
{
    const struct dv_life *l = v->life;
    char before[320], flag[320], at[32];
    dv_explain_other(v, &l->before, before, sizeof before);
    if (!l->before.known)
        snprintf(out, size, "requests in flight");
    else if (l->flag.known)
        snprintf(out, size, "behind %s, which waited for %s, set at %s", before,
                 dv_explain_other(v, &l->flag, flag, sizeof flag), time_text(l->flag.done, at));
    else
        snprintf(out, size, "behind %s, which started at %s", before,
                 time_text(l->before.start, at));
}

static void why_held(const struct dv_explain_view *v, char *out, size_t size)
{
    const struct dv_life *l = v->life;
    unsigned why = l->why_start;
    char other[320];
    dv_explain_other(v, &l->cause, other, sizeof other);
    if (why == DV_WHY_unit) /* the unit came last; this came before */
        why = l->cause.known && l->cause.pipe != l->pipe ? DV_WHY_unit_flag : DV_WHY_operand;
    switch (why) {
    case DV_WHY_interval:
        snprintf(out, size, "least distance from the start of %s", other);
        break;
    case DV_WHY_flight:
        snprintf(out, size, "most requests under way, until %s was complete", other);
        break;
    case DV_WHY_operand:
        snprintf(out, size, "needs what %s reads or writes", other);
        break;
    case DV_WHY_unit_flag:
        snprintf(out, size, "unit flag: %s began then", other);
        break;
    default:
        *out = 0;
    }
}

static void why_head(const struct dv_explain_view *v, char *out, size_t size)
{
    const struct dv_life *l = v->life;
    char other[320], t[32];
    dv_explain_other(v, &l->worked, other, sizeof other);
    if (l->why_end == DV_WHY_queued && !l->cost.exclusive)
        snprintf(out, size, "its data follow those of %s", other);
    else if (l->why_end == DV_WHY_queued || l->why_end == DV_WHY_partner)
        snprintf(out, size, "head_queued: it follows %s at once", other);
    else if (l->start > l->ready)
        snprintf(out, size, "%s: %s of it passed while the unit still worked",
                 l->why_end == DV_WHY_waited ? "head_waited" : "head_cold",
                 span_text(l->ready, l->start, t));
    else
        snprintf(out, size, "%s",
                 l->why_end == DV_WHY_waited ? "head_waited: a wait for a flag kept it back"
                 : l->cost.memory            ? "latency until data move"
                                             : "head_cold: the unit was idle");
}

static void why_work(const struct dv_explain_view *v, char *out, size_t size)
{
    const struct dv_life *l = v->life;
    uint64_t all = l->hit_bytes + l->miss_bytes;
    for (unsigned i = 0; !all && i < v->terms; i++)
        if (!strcmp(v->term[i].name, "work"))
            snprintf(out, size, "%s", v->term[i].text);
    if (!all)
        return;
    if (!l->miss_bytes || !l->hit_bytes)
        snprintf(out, size, "%" PRIu64 " bytes, %s in L2", all, l->miss_bytes ? "none" : "all");
    else
        snprintf(out, size,
                 "%" PRIu64 " bytes, %" PRIu64 " in L2, %" PRIu64
                 " not: between work_hit and work_miss by requests",
                 all, l->hit_bytes, l->miss_bytes);
}

static void why_flag(const struct dv_explain_view *v, char *out, size_t size)
{
    const struct dv_life *l = v->life;
    char other[320], at[32];
    if (l->cause.known)
        snprintf(out, size, "%s, set at %s", dv_explain_other(v, &l->cause, other, sizeof other),
                 time_text(l->cause.done, at));
    else
        snprintf(out, size, "waits for the flag");
}

const char *dv_explain_why(const struct dv_explain_view *v, const struct dv_piece *p, char *out,
                           size_t size)
{
    const struct dv_life *l = v->life;
    char other[320];
    *out = 0;
    switch (p->kind) {
    case DV_PIECE_queued:
        why_queued(v, out, size);
        break;
    case DV_PIECE_held:
        why_held(v, out, size);
        break;
    case DV_PIECE_flag:
        why_flag(v, out, size);
        break;
    case DV_PIECE_barrier:
    case DV_PIECE_order:
        snprintf(out, size, "after %s, complete then",
                 dv_explain_other(v, &l->follows, other, sizeof other));
        break;
    case DV_PIECE_unit:
        snprintf(out, size, "the unit works for %s",
                 dv_explain_other(v, &l->worked, other, sizeof other));
        break;
    case DV_PIECE_head:
        why_head(v, out, size);
        break;
    case DV_PIECE_work:
        why_work(v, out, size);
        break;
    case DV_PIECE_slowed:
        snprintf(out, size, "MTE2 writes L1 when it starts");
        break;
    case DV_PIECE_partner:
        snprintf(out, size, "unit flag: a head behind the end of %s",
                 dv_explain_other(v, &l->partner, other, sizeof other));
        break;
    case DV_PIECE_tail:
        snprintf(out, size, "until the result is there; independent successors start before");
        break;
    case DV_PIECE_stall:
        dv_explain_stall(v, &l->stall[p->stall], out, size);
        break;
    default:
        break;
    }
    return out;
}

/* ---- the page -------------------------------------------------------------------------------- */

static void show_line(FILE *f, const struct dv_explain_view *v)
{
    const struct dv_obj *o = v->run->obj;
    const struct dv_line *l = dv_obj_line(o, v->life->pc);
    if (!l || l->file >= o->files)
        return;
    fprintf(f, "line: %s:%u", o->file[l->file], l->line);
    for (uint32_t c = l->call; c && c <= o->calls; c = o->call[c - 1].parent) {
        const struct dv_call *k = &o->call[c - 1];
        const char *file = k->file < o->files ? o->file[k->file] : "";
        fprintf(f, ", in %s of line ", k->name);
        if (k->file != l->file)
            fprintf(f, "%s:", file);
        fprintf(f, "%u", k->line);
    }
    fputc('\n', f);
}

static void show_dispatch(FILE *f, const struct dv_explain_view *v)
{
    const struct dv_life *l = v->life;
    char why[480], t[32], line[100];
    bool some = false;
    fprintf(f, "dispatched: at %s", time_text(l->dispatch, t));
    for (unsigned i = 0; i < l->stalls; i++) {
        const struct dv_life_stall *w = &l->stall[i];
        if (w->to > l->dispatch)
            continue;
        fprintf(f, "; S waited %s %s", span_text(w->from, w->to, t),
                dv_explain_stall(v, w, why, sizeof why));
        some = true;
    }
    if (!some && l->waited)
        fprintf(f, "; S last waited at %s until %s, %s",
                line_text(v, l->last_pc, line, sizeof line), time_text(l->last.to, t),
                dv_explain_stall(v, &l->last, why, sizeof why));
    fputc('\n', f);
}

static void show_head(FILE *f, const struct dv_explain_view *v)
{
    const struct dv_life *l = v->life;
    char text[200], core[60], from[32], to[32];
    fprintf(f, "instruction: %s\n", dv_explain_insn(v->run, l->pc, text, sizeof text));
    show_line(f, v);
    fprintf(f, "pc: 0x%" PRIx64 "\n", l->pc);
    fprintf(f, "place: %s, block %u, %s, execution %" PRIu64 "\n",
            dv_explain_core(v->run, l->core, core, sizeof core), l->block, dv_pipe_json(l->pipe),
            l->nth);
    show_dispatch(f, v);
    fprintf(f, "life: %s cycles", span_text(l->dispatch, l->done, text));
    fprintf(f, ", %s to %s\n", time_text(l->dispatch, from), time_text(l->done, to));
}

static void show_pieces(FILE *f, const struct dv_explain_view *v)
{
    char from[32], to[32], span[32], why[1000];
    dv_time sum = 0;
    fprintf(f, "\n%-9s %11s %11s %10s  %s\n", "piece", "from", "to", "cycles", "why");
    for (unsigned i = 0; i < v->pieces; i++) {
        const struct dv_piece *p = &v->piece[i];
        dv_explain_why(v, p, why, sizeof why);
        fprintf(f, "%-9s %11s %11s %10s%s%s\n", dv_piece_names[p->kind], time_text(p->from, from),
                time_text(p->to, to), span_text(p->from, p->to, span), *why ? "  " : "", why);
        sum += hundredths(p->to) - hundredths(p->from);
    }
    fprintf(f, "%-9s %11s %11s %10s\n", "together", "", "", cycles(sum, span));
}

/* ---- numbers --------------------------------------------------------------------------------- */

void dv_explain_number(const struct dv_chip *c, unsigned number, char *value, size_t size,
                       char *range, size_t range_size)
{
    const struct dv_origin *o = dv_chip_origin(c, number);
    char head[48], each[48], tail[48];
    *range = 0;
    if (number >= DV_CHIP_PARAM_COUNT) {
        const struct dv_vcost *r = &c->cost[number - DV_CHIP_PARAM_COUNT];
        dv_chip_number_text(DV_PU_CYCLES, r->head, head, sizeof head);
        dv_chip_number_text(DV_PU_CYCLES, r->each, each, sizeof each);
        dv_chip_number_text(DV_PU_CYCLES, r->tail, tail, sizeof tail);
        snprintf(value, size, "head %s, each %s, tail %s", head, each, tail);
        return;
    }
    dv_chip_param_text(c, number, value, size);
    if (o->low <= o->high)
        dv_chip_range_text(dv_chip_params[number].unit, c->v[number], o->low, o->high, range,
                           range_size);
}

static void show_number(FILE *f, const struct dv_chip *c, unsigned number)
{
    const struct dv_origin *o = dv_chip_origin(c, number);
    char path[80], value[200], range[100];
    dv_chip_number_path(c, number, path, sizeof path);
    dv_explain_number(c, number, value, sizeof value, range, sizeof range);
    fprintf(f, "    %s = %s (%s, %s%s%s)\n", path, value, dv_from_name(o->from), o->src,
            *range ? ", range " : "", range);
}

static void show_terms(FILE *f, const struct dv_explain_view *v)
{
    char t[32];
    fprintf(f, "\nnumbers\n");
    for (unsigned i = 0; i < v->terms; i++) {
        const struct dv_life_term *k = &v->term[i];
        fprintf(f, "  %s = %s%s%s\n", k->name, time_text(k->value, t), *k->text ? " = " : "",
                k->text);
        for (unsigned n = 0; n < k->numbers; n++)
            show_number(f, &v->run->chip, k->number[n]);
    }
}

void dv_explain_fill(struct dv_explain_view *v)
{
    v->pieces = dv_life_pieces(v->life, &v->run->chip, v->piece);
    v->terms = dv_life_terms(v->life, &v->run->chip, v->term);
}

void dv_explain_show(FILE *f, const struct dv_explain_view *v)
{
    show_head(f, v);
    show_pieces(f, v);
    if (v->terms)
        show_terms(f, v);
}
