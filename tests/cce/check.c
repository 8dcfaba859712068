/* The other side of the calls that table.py makes: takes what an intrinsic issued, has it decoded
 * by the tables of the ISA, and compares it with what the hand-written table says. */
#include "isa/isa.h"

#include "tests/cce/check.h"

#include <dv/cce_types.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Enumerators are those of the definition. */
#define SAME(a, b) _Static_assert((int)(a) == (int)(b), #a)
SAME(PIPE_S, DV_PIPE_S);
SAME(PIPE_V, DV_PIPE_V);
SAME(PIPE_M, DV_PIPE_M);
SAME(PIPE_MTE1, DV_PIPE_MTE1);
SAME(PIPE_MTE2, DV_PIPE_MTE2);
SAME(PIPE_MTE3, DV_PIPE_MTE3);
SAME(PIPE_ALL, DV_PIPE_ALL);
SAME(PIPE_MTE4, DV_PIPE_MTE4);
SAME(PIPE_MTE5, DV_PIPE_MTE5);
SAME(PIPE_V2, DV_PIPE_V2);
SAME(PIPE_FIX, DV_PIPE_FIX);
SAME(EVENT_ID7, 7);
SAME(L1, DV_V_hmem_l1);
SAME(L0A, DV_V_hmem_l0a);
SAME(L0B, DV_V_hmem_l0b);
SAME(L0C, DV_V_hmem_l0c);
SAME(UB, DV_V_hmem_ub);
SAME(BT, DV_V_hmem_bt);
SAME(VALUE_INDEX, DV_V_order_value_index);
SAME(INDEX_VALUE, DV_V_order_index_value);
SAME(ONLY_VALUE, DV_V_order_value);
SAME(ONLY_INDEX, DV_V_order_index);
SAME(VA7, DV_V_va_va7);
SAME(SINGLE_CACHE_LINE, DV_V_dcci_what_line);
SAME(ENTIRE_DATA_CACHE, DV_V_dcci_what_cache);
SAME(CACHELINE_ALL, DV_V_dcci_dst_all);
SAME(CACHELINE_UB, DV_V_dcci_dst_ub);
SAME(CACHELINE_OUT, DV_V_dcci_dst_out);
SAME(CACHELINE_ATOMIC, DV_V_dcci_dst_atomic);
SAME(DSB_ALL, DV_V_dsb_all);
SAME(DSB_DDR, DV_V_dsb_ddr);
SAME(DSB_UB, DV_V_dsb_ub);
SAME(DSB_SEQ, DV_V_dsb_seq);
SAME(NoQuant, DV_V_quant_pre_none);
SAME(F322F16, DV_V_quant_pre_f32f16);
SAME(VREQ8, DV_V_quant_pre_vreq8);
SAME(REQ8, DV_V_quant_pre_req8);
SAME(VDEQF16, DV_V_quant_pre_vdeqf16);
SAME(DEQF16, DV_V_quant_pre_deqf16);
SAME(VSHIFTS322S16, DV_V_quant_pre_vshift_s16);
SAME(SHIFTS322S16, DV_V_quant_pre_shift_s16);
SAME(F322BF16, DV_V_quant_pre_f32bf16);
SAME(VQF322B8_PRE, DV_V_quant_pre_vf32b8);
SAME(QF322B8_PRE, DV_V_quant_pre_f32b8);
SAME(PAD_MODE8, 8);
SAME(BM_ENABLE, 1);
SAME(H128, 1);
SAME(dec, 1);

struct issued {
    uint32_t word;
    uint64_t x[DV_SLOTS];
    struct dv_cce_at at;
};
static struct issued log_[16];
static int logged, failed, checked, unfit;
static char unfit_text[160];

uint64_t dv_cce_issue(uint32_t word, uint64_t xd, uint64_t xn, uint64_t xm, uint64_t xt,
                      const struct dv_cce_at *at)
{
    if (logged < 16)
        log_[logged++] = (struct issued){word, {xd, xn, xm, xt}, *at};
    return DV_TEST_RESULT;
}

void dv_cce_unfit(const char *parameter, int64_t value, int64_t least, int64_t most,
                  const struct dv_cce_at *at)
{
    snprintf(unfit_text, sizeof unfit_text, "%s %s %" PRId64 " %" PRId64 " %" PRId64 " %d",
             at->name, parameter, value, least, most, at->line);
    unfit++;
    longjmp(dv_test_back, 1);
}
jmp_buf dv_test_back;

static void complain(int line, const char *what, const char *want, const char *got)
{
    if (failed++ < 20)
        printf("# line %d: %s: wanted %s, got %s\n", line, what, want, got);
}

static void complain_number(int line, const char *what, uint64_t want, uint64_t got)
{
    char a[32], b[32];
    snprintf(a, sizeof a, "0x%" PRIx64, want);
    snprintf(b, sizeof b, "0x%" PRIx64, got);
    complain(line, what, a, b);
}

/* "xd=1 xt=0x2 lo.xt=3 cfg.repeat=4": registers, their low halves, config fields. */
static void check_places(int line, const struct issued *i, const struct dv_insn *in, char *places)
{
    static const char *const slots[] = {"xd", "xn", "xm", "xt"};
    uint64_t w[2] = {0};
    bool given[DV_SLOTS] = {false}, part = false;
    for (char *p = strtok(places, " "); p; p = strtok(NULL, " ")) {
        char *eq = strchr(p, '=');
        uint64_t want = strtoull(eq + 1, NULL, 0), got = 0;
        *eq = 0;
        if (!strncmp(p, "cfg.", 4)) {
            const struct dv_field *f =
                in->bundle ? dv_layout_field(in->bundle, p + 4, strlen(p + 4)) : NULL;
            if (!f || (f->width < 64 && want >> f->width)) {
                complain(line, p, "a field that holds it", "none");
                continue;
            }
            dv_field_set(f, w, want);
            uint64_t have[2] = {i->x[in->bundle_slot[0]], i->x[in->bundle_slot[1]]};
            got = dv_field_get(f, have);
            want &= f->width < 64 ? (1ull << f->width) - 1 : ~0ull;
        } else {
            bool low = !strncmp(p, "lo.", 3);
            int s = 0;
            while (s < DV_SLOTS - 1 && strcmp(slots[s], p + 3 * low))
                s++;
            got = low ? i->x[s] & 0xffffffffu : i->x[s];
            given[s] = true;
            part |= low;
        }
        if (got != want)
            complain_number(line, p, want, got);
    }
    /* Nothing that the table does not name is set. */
    for (unsigned b = 0; in->bundle && b < in->bundle->bits / 64; b++) {
        int s = in->bundle_slot[b];
        if (!part && !given[s] && i->x[s] != w[b])
            complain_number(line, slots[s], w[b], i->x[s]);
        given[s] = true;
    }
    for (int s = 0; s < DV_SLOTS; s++)
        if (!given[s] && i->x[s])
            complain_number(line, slots[s], 0, i->x[s]);
}

static void check_one(int line, const struct issued *i, char *want)
{
    char text[160], *places = strstr(want, " ; ");
    struct dv_op op;
    struct dv_diag d;
    bool named;
    dv_isa_decode(i->word, DV_ON(DV_AIC) | DV_ON(DV_AIV), &op, &named, &d);
    if (places)
        *places = 0;
    dv_isa_print(&op, DV_NO_PC, text, sizeof text);
    if (strcmp(text, want))
        complain(line, "instruction", want, text);
    else
        check_places(line, i, dv_op_insn(&op), places ? places + 3 : want + strlen(want));
}

void dv_test_call(int line, const char *name, const char *expected)
{
    char copy[1024], *p = copy;
    int n = 0;
    snprintf(copy, sizeof copy, "%s", expected);
    for (; p; n++) {
        char *bar = strstr(p, " | ");
        if (bar)
            *bar = 0;
        if (n == logged) {
            complain(line, name, p, "nothing");
            break;
        }
        if (strcmp(log_[n].at.name, name) || log_[n].at.line != line)
            complain(line, "place", name, log_[n].at.name);
        check_one(line, &log_[n], p);
        p = bar ? bar + 3 : NULL;
    }
    if (n < logged)
        complain(line, name, "no more", "another instruction");
    logged = 0;
    checked++;
}

void dv_test_result(int line, uint64_t want, uint64_t got)
{
    if (want != got)
        complain_number(line, "result", want, got);
}

void dv_test_unfit(int line, const char *expected)
{
    char want[160];
    snprintf(want, sizeof want, "%s %d", expected, line);
    if (!unfit || strcmp(want, unfit_text))
        complain(line, "refusal", want, unfit ? unfit_text : "none");
    unfit = logged = 0;
    checked++;
}

int main(void)
{
    int calls = dv_test_run();
    printf("%s 1 - %d calls\n1..1\n", !failed && calls == checked && calls > 1000 ? "ok" : "not ok",
           checked);
    return failed || calls != checked;
}
