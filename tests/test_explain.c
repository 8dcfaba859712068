/* The life of every instruction: its pieces follow each other without gaps and add up, its formula
 * gives the time the model used, who it names was there. Also how a sum is shared out in whole
 * parts. */
#include "emu/prof/explain.h"
#include "tests/launch.h"

/* ---- whole parts ----------------------------------------------------------------------------- */

static const struct share_row {
    const char *name;
    uint64_t part[4], whole, want[4];
} shares[] = {
    {"exact", {256, 512, 0, 0}, 3, {1, 2, 0, 0}},
    {"largest remainder first", {300, 200, 12, 0}, 2, {1, 1, 0, 0}},
    {"two are rounded up", {100, 100, 60, 0}, 2, {1, 1, 0, 0}},
    {"equal remainders in order", {1, 1, 1, 1}, 2, {1, 1, 0, 0}},
    {"percents", {1, 1, 1, 0}, 100, {34, 33, 33, 0}},
    {"nothing to go by", {0, 0, 0, 0}, 7, {7, 0, 0, 0}},
    {"no overflow", {1ull << 62, 1ull << 62, 0, 0}, 1ull << 62, {1ull << 61, 1ull << 61, 0, 0}},
};

Test(explain, shares)
{
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        const struct share_row *t = &shares[i];
        uint64_t out[4];
        dv_summary_share(t->part, 4, t->whole, out);
        for (unsigned k = 0; k < 4; k++)
            cr_expect(out[k] == t->want[k], "%s: %u is %llu", t->name, k,
                      (unsigned long long)out[k]);
    }
}

static const struct rests_row {
    uint64_t rests[DV_BLAMES];
    const char *text;
} rests[] = {
    {{710, 120, 0, 0, 80, 90}, "measured 71 %, documented 12 %, ours 9 %, guess 8 %"},
    {{0, 0, 5, 0, 0, 0}, "fitted 100 %"},
    {{999, 0, 0, 0, 1, 0}, "measured 100 %"},
    {{1, 1, 1, 1, 1, 1},
     "measured 17 %, documented 17 %, fitted 17 %, inferred 17 %, guess 16 %, ours 16 %"},
};

Test(explain, rests)
{
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++) {
        struct dv_summary s = {.cycles = 1};
        char text[160];
        memcpy(s.rests, rests[i].rests, sizeof s.rests);
        cr_expect_str_eq(dv_summary_rests(&s, text, sizeof text), rests[i].text, "%s", text);
    }
}

/* ---- lives ----------------------------------------------------------------------------------- */

enum { AT_ONCE = 7 }; /* listeners of one run; one is left for what a kernel watches */

static const char unit_flags[] = ".kernel k, core=aic\n"
                                 ".param c, out, f32[64, 128]\n"
                                 ".buf A, l0a, f16[64*64]\n"
                                 ".buf B, l0b, f16[64*128]\n"
                                 ".buf C, l0c, f32[64*128]\n"
                                 "k:\n"
                                 ".reg pc:gm, ra:l0a = A, rb:l0b = B, rc:l0c = C\n"
                                 ".reg mm:mmad = {m=64 k=64 n=128 unit_flag=3 c_init=1}\n"
                                 ".reg fx:fix = {n=128 m=64 dst_stride=128 src_stride=64 nz2nd=1 "
                                 "unit_flag=3}\n"
                                 "ldparam pc, c\n"
                                 "mmad.f16f32 [rc], [ra], [rb], mm\n"
                                 "fix_l0c_to_out.f32 [pc], [rc], fx\n"
                                 "end\n";

static const struct life_row {
    const char *chip, *source, *args;
    uint32_t blocks;
    bool data_off;
    const char *set[2]; /* a number and its text */
    unsigned least;     /* lives that are looked at */
} lives[] = {
    {"910B1", "kernels/gemm/gemm_f16.s", "m=300 n=200 k=700", 1, true, {NULL}, 200},
    {"910B4", "kernels/gemm/gemm_f16.s", "m=512 n=256 k=2048", 2, true, {NULL}, 200},
    {"910B1", "kernels/gemm/gemm_f16.s", "m=256 k=512", 1, true, {"l2.bytes", "64 KiB"}, 200},
    {"910B1", "kernels/gemm/gemm_f16.s", "m=256", 1, true, {"core.load.head_queued", "0"}, 200},
    {"910B1", "kernels/gemm/tile_f16.s", "", 1, true, {NULL}, 50},
    {"910B1", "kernels/elementwise/vadd_f16.s", "n=100003", 1, true, {NULL}, 80},
    {"910B3", "kernels/elementwise/vadd_f16.s", "n=1003", 7, true, {NULL}, 50},
    {"910B1",
     "kernels/elementwise/vadd_f16.s",
     "n=70000",
     1,
     true,
     {"core.scalar.issue", "1.3"},
     80},
    {"910B1", "kernels/softmax/softmax_f32.s", "rows=3 cols=1000", 1, false, {NULL}, 60},
    {"910B1", "kernels/norm/layernorm_f16.s", "rows=2 cols=1000", 1, false, {NULL}, 80},
    {"910B1", unit_flags, "", 1, true, {NULL}, 6},
    {"910B1", "tests/prof/scalar_flags.s", "", 2, true, {NULL}, 20},
};

struct lives {
    const struct life_row *row;
    struct dv_obj *obj;
    struct dv_explain *e[AT_ONCE];
    unsigned n, looked;
};

static void check_pieces(const struct lives *s, const struct dv_life *l, const struct dv_chip *chip)
{
    struct dv_piece piece[DV_LIFE_PIECES];
    unsigned n = dv_life_pieces(l, chip, piece);
    dv_time at = l->dispatch, sum = 0;
    for (unsigned i = 0; i < n; i++) {
        cr_expect(piece[i].from == at, "%s 0x%llx: a gap before %s", s->row->source,
                  (unsigned long long)l->pc, dv_piece_names[piece[i].kind]);
        cr_expect(piece[i].to >= piece[i].from);
        at = piece[i].to;
        sum += piece[i].to - piece[i].from;
        if (piece[i].kind == DV_PIECE_work && !l->cost.memory)
            cr_expect(piece[i].to - piece[i].from == l->cost.work, "0x%llx: work",
                      (unsigned long long)l->pc);
    }
    cr_expect(at == l->done && sum == l->done - l->dispatch, "%s 0x%llx: %llu instead of %llu",
              s->row->source, (unsigned long long)l->pc, (unsigned long long)sum,
              (unsigned long long)(l->done - l->dispatch));
}

/* Work and tail have a formula that gives them, other terms are a number or say what they are. */
static void check_terms(const struct lives *s, const struct dv_life *l, const struct dv_chip *chip)
{
    struct dv_life_term term[DV_LIFE_TERMS];
    unsigned n = dv_life_terms(l, chip, term);
    cr_expect(n || l->kind == DV_LIFE_END, "0x%llx: no number", (unsigned long long)l->pc);
    for (unsigned i = 0; i < n; i++) {
        unsigned number = term[i].number[0];
        bool plain = number < DV_CHIP_PARAM_COUNT && chip->v[number] == term[i].value;
        cr_expect(plain || *term[i].text || l->scalar, "%s 0x%llx: %s has no formula",
                  s->row->source, (unsigned long long)l->pc, term[i].name);
        for (unsigned k = 0; k < term[i].numbers; k++)
            cr_expect(term[i].number[k] < DV_NUMBERS);
    }
}

/* Who let it go was dispatched before it, unless both wait for each other's flags. */
static void check_others(const struct dv_life *l)
{
    cr_expect(!l->before.known || l->before.dispatch <= l->dispatch);
    cr_expect(!l->worked.known || l->worked.dispatch <= l->dispatch);
    cr_expect(l->turn == l->dispatch || l->before.known || l->scalar, "0x%llx: behind whom?",
              (unsigned long long)l->pc);
    if (!l->scalar && l->why_start == DV_WHY_flag)
        cr_expect(l->cause.known && l->cause.done <= l->start);
    for (unsigned i = 0; i < l->stalls; i++)
        cr_expect(l->stall[i].reason != DV_STALL_flag ||
                  (l->stall[i].other.known && l->stall[i].other.done <= l->stall[i].to));
    if (l->flag.known)
        cr_expect(l->flag.done <= l->turn);
}

static struct dv_run *lives_run(struct lives *s, uint32_t pc, uint64_t nth, uint32_t words)
{
    struct dv_run *r = calloc(1, sizeof *r);
    /* Few cores: a machine is made many times. */
    struct dv_run_set set[] = {{"aic", "1"}, {"aiv", "2"}, {s->row->set[0], s->row->set[1]}};
    const char *arg[8];
    char store[256];
    struct dv_diag d;
    struct dv_run_opts o = {.arg = arg,
                            .chip = s->row->chip,
                            .blocks = s->row->blocks,
                            .set = set,
                            .sets = s->row->set[0] ? 3 : 2,
                            .data_off = s->row->data_off};
    dv_diag_init(&d);
    o.args = launch_args(store, sizeof store, s->row->args, arg, 8);
    cr_assert_eq(dv_run_prepare(r, &o, s->obj, 0, &d), DV_OK, "%s", d.text);
    for (s->n = 0; s->n < AT_ONCE && pc + s->n < words; s->n++) {
        bool *wanted = calloc(words, sizeof *wanted);
        wanted[pc + s->n] = true;
        s->e[s->n] = dv_explain_new(
            r->machine,
            &(struct dv_explain_want){.wanted = wanted, .words = words, .nth = nth, .any = true});
        struct dv_listener hear = dv_explain_listener(s->e[s->n]);
        cr_assert(dv_machine_listen(r->machine, &hear));
        free(wanted);
    }
    cr_assert_eq(dv_run_go(r, &d), DV_OK, "%s", d.text);
    return r;
}

static void lives_check(struct lives *s, uint64_t nth)
{
    uint32_t words = (uint32_t)(s->obj->section[DV_TEXT].n / 4);
    for (uint32_t pc = 0; pc < words; pc += AT_ONCE) {
        struct dv_run *r = lives_run(s, pc, nth, words);
        for (unsigned i = 0; i < s->n; i++) {
            const struct dv_life *l = dv_explain_life(s->e[i]);
            cr_expect(!dv_explain_failed(s->e[i]));
            if (l->found) {
                s->looked++;
                cr_expect(l->pc == 4ull * (pc + i) && l->nth == nth);
                check_pieces(s, l, &r->chip);
                check_terms(s, l, &r->chip);
                check_others(l);
            }
            dv_explain_free(s->e[i]);
        }
        dv_run_free(r);
        free(r);
    }
}

static void every_instruction(size_t from, size_t step)
{
    for (size_t i = from; i < sizeof lives / sizeof *lives; i += step) {
        struct lives s = {.row = &lives[i]};
        s.obj = launch_object(s.row->source);
        lives_check(&s, 1);
        lives_check(&s, 3);
        cr_expect(s.looked >= s.row->least, "%s: only %u lives", s.row->source, s.looked);
        dv_obj_free(s.obj);
    }
}

Test(explain, every_instruction_even)
{
    every_instruction(0, 2);
}

Test(explain, every_instruction_odd)
{
    every_instruction(1, 2);
}
