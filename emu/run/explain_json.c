/* The life of an instruction as JSON (docs/schema/explain.json). Owns keys and their order; every
 * key is always present. Computes nothing. */
#include <stdio.h>

#include "emu/chips/version.h"
#include "emu/run/explain.h"

/* Multiples of 1/256: exact in a double. */
static void cycles(struct dv_json *j, const char *key, dv_time t)
{
    dv_json_f64(j, key, (double)t / DV_CYCLE);
}

static void put_line(struct dv_json *j, const struct dv_obj *o, uint64_t pc)
{
    const struct dv_line *l = dv_obj_line(o, pc);
    dv_json_u64(j, "pc", pc);
    dv_json_text(j, "file", l && l->file < o->files ? o->file[l->file] : NULL);
    if (l)
        dv_json_u64(j, "line", l->line);
    else
        dv_json_null(j, "line");
}

static void put_other(struct dv_json *j, const char *key, const struct dv_explain_view *v,
                      const struct dv_life_other *o)
{
    char insn[200];
    if (!o->known) {
        dv_json_null(j, key);
        return;
    }
    dv_json_open(j, key, '{');
    dv_json_text(j, "insn", dv_explain_insn(v->run, o->pc, insn, sizeof insn));
    put_line(j, v->run->obj, o->pc);
    dv_json_text(j, "pipe", dv_pipe_json(o->pipe));
    dv_json_close(j, '}');
}

static void put_calls(struct dv_json *j, const struct dv_explain_view *v)
{
    const struct dv_obj *o = v->run->obj;
    const struct dv_line *l = dv_obj_line(o, v->life->pc);
    dv_json_open(j, "calls", '[');
    for (uint32_t c = l ? l->call : 0; c && c <= o->calls; c = o->call[c - 1].parent) {
        const struct dv_call *k = &o->call[c - 1];
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "name", k->name);
        dv_json_text(j, "file", k->file < o->files ? o->file[k->file] : NULL);
        dv_json_u64(j, "line", k->line);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

static void put_identity(struct dv_json *j, const struct dv_explain_view *v)
{
    const struct dv_life *l = v->life;
    char insn[200];
    dv_json_text(j, "schema", "dv.explain/1");
    dv_json_open(j, "model", '{');
    dv_json_text(j, "chip", v->run->chip.name);
    dv_json_text(j, "version", DV_MODEL_VERSION);
    dv_json_text(j, "chip_file_sha256", v->run->chip.sha256);
    dv_json_close(j, '}');
    dv_json_text(j, "kernel", v->run->kernel->name);
    dv_json_text(j, "insn", dv_explain_insn(v->run, l->pc, insn, sizeof insn));
    put_line(j, v->run->obj, l->pc);
    put_calls(j, v);
    dv_json_u64(j, "core", l->core);
    dv_json_u64(j, "block", l->block);
    dv_json_text(j, "pipe", dv_pipe_json(l->pipe));
    dv_json_u64(j, "nth", l->nth);
}

static void put_moments(struct dv_json *j, const struct dv_life *l)
{
    cycles(j, "dispatch", l->dispatch);
    cycles(j, "done", l->done);
    cycles(j, "cycles", l->done - l->dispatch);
    dv_json_text(j, "why_start", l->scalar ? NULL : dv_why_names[l->why_start]);
    dv_json_text(j, "why_end", l->has_cost ? dv_why_names[l->why_end] : NULL);
}

static void put_stalls(struct dv_json *j, const struct dv_explain_view *v)
{
    const struct dv_life *l = v->life;
    dv_json_open(j, "stalls", '[');
    for (unsigned i = 0; i < l->stalls; i++) {
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "reason", dv_reason_names[l->stall[i].reason]);
        cycles(j, "from", l->stall[i].from);
        cycles(j, "to", l->stall[i].to);
        put_other(j, "other", v, &l->stall[i].other);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

static void put_pieces(struct dv_json *j, const struct dv_explain_view *v)
{
    char why[1000];
    dv_json_open(j, "pieces", '[');
    for (unsigned i = 0; i < v->pieces; i++) {
        const struct dv_piece *p = &v->piece[i];
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "name", dv_piece_names[p->kind]);
        cycles(j, "from", p->from);
        cycles(j, "to", p->to);
        cycles(j, "cycles", p->to - p->from);
        dv_json_text(j, "why", *dv_explain_why(v, p, why, sizeof why) ? why : NULL);
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

static void put_number(struct dv_json *j, const struct dv_chip *c, unsigned number)
{
    const struct dv_origin *o = dv_chip_origin(c, number);
    char path[80], value[200], range[100];
    dv_chip_number_path(c, number, path, sizeof path);
    dv_explain_number(c, number, value, sizeof value, range, sizeof range);
    dv_json_open(j, NULL, '{');
    dv_json_text(j, "path", path);
    dv_json_text(j, "v", value);
    dv_json_text(j, "from", dv_from_name(o->from));
    dv_json_text(j, "src", o->src);
    dv_json_text(j, "range", *range ? range : NULL);
    dv_json_close(j, '}');
}

static void put_terms(struct dv_json *j, const struct dv_explain_view *v)
{
    dv_json_open(j, "terms", '[');
    for (unsigned i = 0; i < v->terms; i++) {
        const struct dv_life_term *t = &v->term[i];
        dv_json_open(j, NULL, '{');
        dv_json_text(j, "name", t->name);
        cycles(j, "cycles", t->value);
        dv_json_text(j, "formula", *t->text ? t->text : NULL);
        dv_json_open(j, "numbers", '[');
        for (unsigned n = 0; n < t->numbers; n++)
            put_number(j, &v->run->chip, t->number[n]);
        dv_json_close(j, ']');
        dv_json_close(j, '}');
    }
    dv_json_close(j, ']');
}

void dv_explain_json(struct dv_json *j, const struct dv_explain_view *v)
{
    const struct dv_life *l = v->life;
    dv_json_open(j, NULL, '{');
    put_identity(j, v);
    put_moments(j, l);
    put_stalls(j, v);
    put_other(j, "before", v, &l->before);
    put_other(j, "flag", v, &l->flag);
    put_other(j, "cause", v, &l->cause);
    put_pieces(j, v);
    put_terms(j, v);
    dv_json_u64(j, "bytes", l->bytes);
    dv_json_u64(j, "hit_bytes", l->hit_bytes);
    dv_json_u64(j, "miss_bytes", l->miss_bytes);
    dv_json_close(j, '}');
    dv_json_end(j);
}
