/* Hears a run for report.html. Owns how time is attributed to bins and instructions: as the
 * engine's counters do it, so that the sums agree. */
#include <stdlib.h>
#include <string.h>

#include "emu/prof/notes.h"
#include "emu/prof/report/page.h"

/* ---- bins ------------------------------------------------------------------------------------ */

static void widen(struct dv_report *r)
{
    unsigned lanes = r->cores * DV_PIPE_COUNT;
    r->width *= 2;
    for (unsigned l = 0; l < lanes; l++) {
        dv_time(*b)[DV_REASONS + 1] = r->lane[l].bin;
        for (unsigned i = 0; b && i < r->bins; i++)
            for (unsigned k = 0; k <= DV_REASONS; k++)
                b[i][k] = i < r->bins / 2 ? b[2 * i][k] + b[2 * i + 1][k] : 0;
    }
}

static void add(struct dv_report *r, struct dv_report_lane *l, unsigned slot, dv_time from,
                dv_time to)
{
    if (to <= from)
        return;
    while (to > r->width * r->bins)
        widen(r);
    if (!l->bin)
        l->bin = calloc(r->bins, sizeof *l->bin);
    r->failed |= !l->bin;
    while (l->bin && from < to) {
        dv_time i = from / r->width, next = (i + 1) * r->width;
        next = next < to ? next : to;
        l->bin[i][slot] += next - from;
        from = next;
    }
}

static struct dv_report_code *code_at(struct dv_report *r, uint64_t pc)
{
    return &r->code[pc / 4 < r->words ? pc / 4 : r->words];
}

static void work(struct dv_report *r, struct dv_report_lane *l, uint64_t pc, dv_time from,
                 dv_time to)
{
    from = from > l->counted ? from : l->counted;
    if (to <= from)
        return;
    add(r, l, DV_REASONS, from, to);
    code_at(r, pc)->busy += to - from;
    l->counted = to;
}

/* The tail of a chained item shows until a successor hides it. */
static void count(struct dv_report *r, struct dv_report_lane *l, const struct dv_event *e)
{
    dv_time from = e->why_start == DV_WHY_unit_flag && e->pipe == DV_PIPE_FIX ? e->issue : e->start;
    work(r, l, l->pc, l->counted, l->tail < from ? l->tail : from);
    work(r, l, e->pc, from, e->end);
    l->tail = e->cost && e->cost->chained ? e->done : e->end;
    l->pc = (uint32_t)e->pc;
}

static void count_tails(struct dv_report *r, unsigned core)
{
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        struct dv_report_lane *l = &r->lane[core * DV_PIPE_COUNT + p];
        work(r, l, l->pc, l->counted, l->tail);
    }
}

/* ---- items kept whole ------------------------------------------------------------------------ */

/* The first core of each kind. */
static void choose_kept(struct dv_report *r)
{
    unsigned met = 0;
    for (unsigned i = 0; i < r->cores; i++) {
        unsigned kind = dv_machine_core(r->machine, i)->kind;
        r->kept[i] = !(met >> kind & 1);
        met |= 1u << kind;
    }
}

static void thin(struct dv_report *r)
{
    unsigned n = 0;
    r->some = true;
    for (unsigned i = 0; i < r->items; i++)
        if (r->kept[r->item[i].core])
            r->item[n++] = r->item[i];
    r->items = n;
}

static bool outside(const struct dv_report *r, const struct dv_event *e)
{
    dv_time last = e->done > e->end ? e->done : e->end;
    return last < r->window.from || (r->window.to && e->start > r->window.to) ||
           (r->here && (e->pc / 4 >= r->words || !r->here[e->pc / 4]));
}

/* Room for one more; NULL when it is not kept. */
static struct dv_report_item *room(struct dv_report *r, const struct dv_event *e)
{
    r->events++;
    if (outside(r, e)) {
        r->windowed = true;
        return NULL;
    }
    if (r->items == DV_REPORT_ITEMS && !r->some)
        thin(r);
    if (r->some && !r->kept[e->core])
        return NULL;
    if (r->items == DV_REPORT_ITEMS || r->cut) {
        if (!r->cut || e->start < r->till)
            r->till = e->start;
        r->cut = true;
        return NULL;
    }
    struct dv_report_item *it = &r->item[r->items++];
    *it = (struct dv_report_item){.issue = e->issue,
                                  .start = e->start,
                                  .end = e->end,
                                  .done = e->done,
                                  .bytes = e->bytes,
                                  .block = e->block,
                                  .pc = (uint32_t)e->pc,
                                  .seq = e->seq,
                                  .core = e->core,
                                  .pipe = e->pipe};
    return it;
}

static void banks(struct dv_report *r)
{
    uint64_t extra[3] = {0};
    dv_bank_extra(&r->foot, (unsigned)DV_P(dv_machine_chip(r->machine), ub_banks), extra);
    r->banked++;
    for (unsigned i = 0; i < 3; i++)
        r->bank_cost[i] += extra[i];
    for (unsigned i = 0; i < r->foot.walks; i++) {
        const struct dv_lane_walk *w = &r->foot.walk[i];
        for (uint32_t k = 0; k < r->foot.amount.repeats; k++)
            for (unsigned b = 0; b < w->blocks; b++) {
                uint64_t at = w->base + 32ull * (b * (uint64_t)w->blk + k * (uint64_t)w->rep);
                r->bank[at >> 5 & 15][at >> 16 & 3][w->rw == DV_WRITE]++;
            }
    }
}

/* False when there is no footprint. */
static bool uses(struct dv_report *r, struct dv_report_item *it, const struct dv_event *e)
{
    if (!e->work || dv_access[dv_op_insn(e->op)->access](e->work, &r->foot, NULL))
        return false;
    for (unsigned i = 0; i < r->foot.n; i++) {
        const struct dv_strided *p = &r->foot.part[i];
        struct dv_report_use u = {p->space, p->rw, 0, 0},
                             *last = it->uses ? &it->use[it->uses - 1] : NULL;
        dv_strided_hull(p, &u.lo, &u.hi);
        if (u.lo == u.hi || p->space == DV_SPACE_GM)
            continue;
        if (last && last->space == u.space && last->rw == u.rw && u.lo <= last->hi &&
            u.hi >= last->lo) {
            last->lo = u.lo < last->lo ? u.lo : last->lo;
            last->hi = u.hi > last->hi ? u.hi : last->hi;
        } else if (it->uses < DV_REPORT_USES) {
            it->use[it->uses++] = u;
        }
    }
    if (r->foot.walks)
        banks(r);
    return true;
}

/* The text of a term, kept once; 0 = none, or no room. */
static uint16_t text_of(struct dv_report *r, const char *text)
{
    unsigned i = r->texts;
    if (!*text)
        return 0;
    while (i-- > 0)
        if (!strcmp(r->text[i], text))
            return (uint16_t)(i + 1);
    if (r->texts == DV_REPORT_TEXTS || strlen(text) >= sizeof r->text[0])
        return 0;
    strcpy(r->text[r->texts++], text);
    return (uint16_t)r->texts;
}

/* What an explanation needs besides the pieces. */
static void reasons(struct dv_report *r, struct dv_report_item *it, const struct dv_event *e,
                    struct dv_life *l)
{
    struct dv_life_term term[DV_LIFE_TERMS];
    it->how = e->why_end;
    it->late = e->start > e->ready ? e->start - e->ready : 0;
    if (!l->has_cost)
        return;
    it->how |= (uint8_t)(l->cost.exclusive << 5 | l->cost.memory << 6);
    it->hit = l->cost.memory ? e->hit_bytes : 0;
    it->miss = l->cost.memory ? e->miss_bytes : 0;
    l->bytes = e->bytes;
    l->hit_bytes = it->hit;
    l->miss_bytes = it->miss;
    l->amount = r->foot.amount;
    if (it->hit || it->miss)
        return;
    l->traffic = dv_traffic_of(&r->foot);
    for (unsigned n = dv_life_terms(l, dv_machine_chip(r->machine), term), i = 0; i < n; i++)
        if (!strcmp(term[i].name, "work"))
            it->text = text_of(r, term[i].text);
}

static void pieces(struct dv_report *r, struct dv_report_item *it, const struct dv_event *e,
                   dv_time from, bool foot)
{
    struct dv_piece piece[DV_LIFE_PIECES];
    struct dv_life l = {.kind = it->kind,
                        .scalar = e->kind == DV_EV_SCALAR,
                        .native = dv_machine_is_native(r->machine),
                        .dispatch = e->issue,
                        .turn = e->turn,
                        .ready = e->ready,
                        .start = e->start,
                        .begin = e->begin,
                        .end = e->end,
                        .done = e->done,
                        .op = *e->op,
                        .has_cost = e->cost && e->work};
    if (l.scalar) {
        l.dispatch = from;
        l.done = e->end;
    }
    if (l.scalar && from > e->start) {
        it->piece_kind[0] = DV_PIECE_stall;
        it->piece[0] = from - e->start;
        it->pieces = 1;
    }
    if (l.has_cost)
        l.cost = *e->cost;
    if (foot)
        reasons(r, it, e, &l);
    unsigned n = dv_life_pieces(&l, dv_machine_chip(r->machine), piece);
    for (unsigned i = 0; i < n && it->pieces < DV_REPORT_PIECES; i++) {
        it->piece_kind[it->pieces] = piece[i].kind;
        it->piece[it->pieces++] = piece[i].to - piece[i].from;
    }
}

/* S hands the instruction to a queue, where it is an item of its own. */
static bool is_dispatch(const struct dv_event *e)
{
    struct dv_note_flag f = dv_note_flag(e->op, e->x);
    unsigned lane = dv_note_lane(e, &f);
    return e->kind == DV_EV_SCALAR && lane != DV_PIPE_S && lane != DV_PIPE_ALL;
}

/* from: when S began to work on it. */
static void keep(struct dv_report *r, const struct dv_event *e, dv_time from)
{
    struct dv_report_item *it = room(r, e);
    struct dv_note_flag f = dv_note_flag(e->op, e->x);
    if (!it)
        return;
    it->kind = e->kind == DV_EV_SCALAR                   ? DV_LIFE_SCALAR
               : dv_op_insn(e->op)->exec == DV_EXEC_ITEM ? DV_LIFE_WORK
                                                         : DV_LIFE_BAR;
    if (f.is && !is_dispatch(e)) {
        it->kind = (uint8_t)f.kind;
        it->flag = (uint16_t)(f.src << 10 | f.dst << 6 | f.id);
    }
    it->why = e->why_start;
    it->cause = e->cause_seq;
    pieces(r, it, e, from, e->kind != DV_EV_SCALAR && uses(r, it, e));
    if (e->kind == DV_EV_SCALAR) {
        it->issue = e->start;
        it->start = from;
        it->done = e->end;
    }
}

/* S goes through the region, or leaves it. */
static void visit(struct dv_report *r, const struct dv_event *e)
{
    bool in = e->pc / 4 < r->words && r->here[e->pc / 4];
    uint32_t *now = &r->inside[e->core];
    if (!in) {
        *now = 0;
        return;
    }
    if (!*now && r->visits < DV_REPORT_VISITS) {
        r->visit[r->visits] = (struct dv_report_visit){.from = e->start, .core = e->core};
        *now = ++r->visits;
    }
    if (*now)
        r->visit[*now - 1].to = e->end;
}

/* ---- events ---------------------------------------------------------------------------------- */

/* A repeat works on 256 bytes, of types of 32 bits and of what they are converted to. */
static void count_elements(struct dv_report *r, const struct dv_event *e)
{
    if (e->pipe != DV_PIPE_V || !e->work ||
        dv_access[dv_op_insn(e->op)->access](e->work, &r->foot, NULL) || !r->foot.walks)
        return;
    bool half = e->op->type && dv_elem_bits((enum dv_elem)dv_types[e->op->type].src) == 16;
    r->repeats += r->foot.amount.repeats;
    r->elements += r->foot.amount.repeats * (half ? 128ull : 64ull);
}

static void hear_retire(struct dv_report *r, struct dv_report_lane *l, const struct dv_event *e)
{
    struct dv_report_code *c = code_at(r, e->pc);
    c->count++;
    c->bytes += e->bytes;
    if (e->cost && e->work)
        count(r, l, e);
    count_elements(r, e);
    keep(r, e, e->start);
}

static void hear_scalar(struct dv_report *r, struct dv_report_lane *l, const struct dv_event *e)
{
    struct dv_report_code *c = code_at(r, e->pc);
    if (!is_dispatch(e)) {
        c->count++;
        c->bytes += e->bytes;
    }
    dv_time from = l->counted > e->start ? l->counted : e->start;
    if (r->here)
        visit(r, e);
    work(r, l, e->pc, e->start, e->end);
    keep(r, e, from);
}

static void hear_stall(struct dv_report *r, struct dv_report_lane *l, const struct dv_event *e)
{
    if (e->pipe == DV_PIPE_S) { /* inside of the instruction that is heard next */
        dv_time first = dv_machine_core(r->machine, e->core)->first; /* its block is not heard */
        work(r, l, e->pc, l->counted > first ? l->counted : first, e->start);
        l->counted = e->end;
    }
    add(r, l, e->reason, e->start, e->end);
    code_at(r, e->pc)->stall[e->reason] += e->end - e->start;
    struct dv_report_item *it = room(r, e);
    if (!it)
        return;
    it->kind = DV_REPORT_STALL;
    it->reason = e->reason;
    it->issue = e->start;
    it->done = e->end;
}

/* END has no event of its own. */
static void hear_block(struct dv_report *r, struct dv_report_lane *l, const struct dv_event *e)
{
    dv_time now;
    uint64_t pc = dv_machine_scalar(r->machine, e->core, &now)->pc;
    if (!e->end) {
        l->counted = l->tail = e->start;
        return;
    }
    code_at(r, pc)->count++;
    work(r, l, pc, l->counted, e->end);
    count_tails(r, e->core);
}

static void hear(void *self, const struct dv_event *e)
{
    struct dv_report *r = self;
    if (e->core >= r->cores || e->pipe >= DV_PIPE_COUNT)
        return;
    struct dv_report_lane *l = &r->lane[e->core * DV_PIPE_COUNT + e->pipe];
    switch (e->kind) {
    case DV_EV_RETIRE:
        hear_retire(r, l, e);
        break;
    case DV_EV_SCALAR:
        hear_scalar(r, l, e);
        break;
    case DV_EV_STALL:
        hear_stall(r, l, e);
        break;
    default:
        hear_block(r, &r->lane[e->core * DV_PIPE_COUNT + DV_PIPE_S], e);
    }
}

/* ---- the writer ------------------------------------------------------------------------------ */

static void drop(void *self)
{
    struct dv_report *r = self;
    for (unsigned i = 0; r->lane && i < r->cores * DV_PIPE_COUNT; i++)
        free(r->lane[i].bin);
    free(r->lane);
    free(r->code);
    free(r->item);
    free(r->kept);
    free(r->here);
    free(r->visit);
    free(r->inside);
    free(r);
}

/* Instructions between .mark and .endmark of the region. */
static bool mark_here(struct dv_report *r)
{
    bool in = false;
    uint32_t i = 0;
    if (!r->window.roi)
        return true;
    r->here = calloc(r->words + 1u, sizeof *r->here);
    r->visit = calloc(DV_REPORT_VISITS, sizeof *r->visit);
    r->inside = calloc(r->cores + 1u, sizeof *r->inside);
    if (!r->here || !r->visit || !r->inside)
        return false;
    for (uint32_t k = 0; k < r->obj->names; k++) {
        const struct dv_name *n = &r->obj->name[k];
        if (n->kind != DV_NAME_MARK || strcmp(n->name, r->window.roi))
            continue;
        for (; i < n->pc / 4 && i < r->words; i++)
            r->here[i] = in;
        in = !n->end;
    }
    for (; i < r->words; i++)
        r->here[i] = in;
    return true;
}

static bool make_room(struct dv_report *r)
{
    r->cores = dv_machine_cores(r->machine);
    r->words = (uint32_t)(r->obj->section[DV_TEXT].n / 4);
    r->bins = r->cores * DV_PIPE_COUNT > DV_REPORT_LANES * 2 ? DV_REPORT_FEW : DV_REPORT_BINS;
    r->width = DV_CYCLE / 4;
    r->lane = calloc((size_t)r->cores * DV_PIPE_COUNT + 1, sizeof *r->lane);
    r->code = calloc(r->words + 1u, sizeof *r->code);
    r->item = calloc(DV_REPORT_ITEMS, sizeof *r->item);
    r->kept = calloc(r->cores + 1u, sizeof *r->kept);
    if (!r->lane || !r->code || !r->item || !r->kept)
        return false;
    choose_kept(r);
    return mark_here(r);
}

static void *begin(const struct dv_prof_run *run)
{
    struct dv_report *r = calloc(1, sizeof *r);
    if (r) {
        r->machine = run->machine;
        r->obj = run->obj;
        r->kernel = run->kernel_no;
        r->window = run->window;
        if (make_room(r))
            return r;
        drop(r);
    }
    dv_folder_no_memory(run->folder);
    return NULL;
}

static void end(void *self, const struct dv_prof_run *run)
{
    struct dv_report *r = self;
    struct dv_out *out;
    if (r->failed)
        dv_folder_no_memory(run->folder);
    else if ((out = dv_out_open(run->folder, "report.html",
                                "</script><p>The page is not complete: there was no room to write "
                                "the rest of it.</p>\n"))) {
        dv_page_write(out, r, run);
        dv_out_close(out);
    }
}

const struct dv_prof_writer dv_write_page = {
    .name = "report",
    .makes = "report.html",
    .kinds = 1u << DV_EV_SCALAR | 1u << DV_EV_RETIRE | 1u << DV_EV_STALL | 1u << DV_EV_BLOCK,
    .begin = begin,
    .event = hear,
    .end = end,
    .drop = drop,
};
