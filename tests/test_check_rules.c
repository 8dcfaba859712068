/* Rules of the checker beside races and initialised-ness: STALE, OUTPUT, STATE and the hints. A row
 * is a kernel; the line with ;< must be found once with that code, nothing else of these rules.
 * Evidence: isa.md 3.6 (data cache), 4.2 (CTRL); thresholds of hints are ours. */
#include "tests/launch.h"

static const char *const codes[] = {"STALE",  "OUTPUT", "STATE",   "REDUNDANT", "BANK",
                                    "REPEAT", "BURST",  "GMALIGN", "BARRIER"};

static bool is_mine(const char *code)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (!strcmp(code, codes[i]))
            return true;
    return false;
}

/* Line of the first ";<", 0 = none. */
static int marked(const char *text)
{
    const char *at = strstr(text, ";<");
    int line = 1;

    for (const char *p = text; at && p < at; p++)
        line += *p == '\n';
    return at ? line : 0;
}

struct rule_row {
    const char *name, *code; /* NULL = nothing is found */
    const char *says;        /* part of the text or of the fix, may be NULL */
    const char *text;
    uint32_t blocks;
};

static void run_row(const struct rule_row *r, bool time_off)
{
    struct dv_run_opts o = {.check = true, .blocks = r->blocks, .time_off = time_off};
    struct dv_obj *obj = launch_object(r->text);
    const struct dv_finding *found = NULL;
    struct dv_run run;
    struct dv_diag d;
    unsigned n = 0;

    dv_diag_init(&d);
    cr_assert_eq(dv_run_prepare(&run, &o, obj, 0, &d), DV_OK, "%s: %s", r->name, d.text);
    cr_expect_eq(dv_run_go(&run, &d), DV_OK, "%s: %s", r->name, d.text);
    for (unsigned i = 0; i < run.result.findings; i++) {
        const struct dv_finding *f = &run.result.finding[i];
        if (!is_mine(f->code))
            continue;
        found = f;
        cr_expect(r->code && !strcmp(r->code, f->code) && !n++, "%s: %s at %s:%d: %s", r->name,
                  f->code, f->d.at.file, f->d.at.line, f->d.text);
    }
    cr_expect_eq(!found, !r->code, "%s: found nothing", r->name);
    if (found && r->code) {
        cr_expect_eq(found->d.at.line, marked(r->text), "%s: line %d: %s", r->name,
                     found->d.at.line, found->d.text);
        cr_expect(!r->says || strstr(found->d.text, r->says) || strstr(found->d.fix, r->says),
                  "%s: %s; %s", r->name, found->d.text, found->d.fix);
        cr_expect(*found->d.text && *found->d.fix, "%s: no remedy", r->name);
    }
    dv_run_free(&run);
    dv_obj_free(obj);
}

#define RUN(rows, time_off) \
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) \
    run_row(&rows[i], time_off)

/* ---- pieces of kernels ----------------------------------------------------------------------- */

/* a, c and s of 4 KiB in GM; u0 .. u2 buffers of 4 KiB in UB. */
#define HEAD \
    ".include \"dv.inc\"\n.kernel k, core=aiv\n.param a, in, b8[4096]\n" \
    ".param b, inout, b8[4096]\n.param c, out, b8[4096]\n.param s, scratch, b8[4096]\n" \
    ".buf U, ub, b8[4096], copies=3\nk:\n" \
    ".reg pa:gm, pb:gm, pc:gm, ps:gm, u0:ub = U, u1:ub = U + 4096, u2:ub = U + 8192\n" \
    ".reg mv:burst = {len_burst=8}, v:vec3 = {repeat=1}, t, w, zero = 0, left = 8, n = 100\n" \
    "ldparam pa, a\nldparam pb, b\nldparam pc, c\nldparam ps, s\n"
#define END "end\n"
#define FLAG(src, dst) "set_flag." src "." dst " #0\nwait_flag." src "." dst " #0\n"
#define LOOP "again:\n"
#define AGAIN "sub.s64 left, left, 1\njumpcmp.gt.s64 left, zero, again\n"
#define CLEAN(p) "dcci.line.out " p "\n"

/* ---- STALE ----------------------------------------------------------------------------------- */

#define FILL "mov_out_to_ub [u0], [pa], mv\n" FLAG("mte2", "mte3")
#define WRITE_B "mov_ub_to_out [pb], [u0], mv\n" FLAG("mte3", "s")

static const struct rule_row stale[] = {
    {"S reads again what a move wrote", "STALE", "old copy of 8 bytes: mte3",
     HEAD FILL "ld.b64 t, [pb, 0]\nadd.s64 w, t, 1\n" WRITE_B
               "ld.b64 t, [pb, 0] ;<\nadd.s64 w, t, 1\n" END,
     1},
    {"other bytes of the line", "STALE", "dcci.line.out",
     HEAD FILL "ld.b64 t, [pb, 0]\nadd.s64 w, t, 1\n" WRITE_B
               "ld.b32 t, [pb, 60] ;<\nadd.s64 w, t, 1\n" END,
     1},
    {"dcci between", NULL, NULL,
     HEAD FILL "ld.b64 t, [pb, 0]\nadd.s64 w, t, 1\n" WRITE_B CLEAN(
         "pb") "ld.b64 t, [pb, 0]\nadd.s64 w, t, 1\n" END,
     1},
    {"dcci.cache.all between", NULL, NULL,
     HEAD FILL "ld.b64 t, [pb, 0]\nadd.s64 w, t, 1\n" WRITE_B
               "dcci.cache.all zero\nld.b64 t, [pb, 0]\nadd.s64 w, t, 1\n" END,
     1},
    {"dcci of lines of UB", "STALE", NULL,
     HEAD FILL "ld.b64 t, [pb, 0]\nadd.s64 w, t, 1\n" WRITE_B
               "dcci.cache.ub zero\nld.b64 t, [pb, 0] ;<\nadd.s64 w, t, 1\n" END,
     1},
    {"dcci of another line", "STALE", NULL,
     HEAD FILL "ld.b64 t, [pb, 0]\nadd.s64 w, t, 1\n" WRITE_B
               "add.s64 w, pb, 64\n" CLEAN("w") "ld.b64 t, [pb, 0] ;<\nadd.s64 w, t, 1\n" END,
     1},
    {"a line that was not there", NULL, NULL,
     HEAD FILL "ld.b64 t, [pb, 256]\nadd.s64 w, t, 1\n" WRITE_B
               "ld.b64 t, [pb, 0]\nadd.s64 w, t, 1\n" END,
     1},
    {"read once, after the write", NULL, NULL, HEAD FILL WRITE_B "ld.b64 t, [pb, 0]\n" END, 1},
    {"a second block begins without lines", NULL, NULL,
     HEAD FILL "mov t, blockid\njumpcmp.gt.s64 t, zero, out\nmov_ub_to_out [pc], [u0], mv\n"
               "out:\n" END,
     2},
    {"a store that is never cleaned", "STALE", "may never reach gm",
     HEAD "st.b64 zero, [pc, 0] ;<\n" END, 1},
    {"one finding a line, at the first store", "STALE", NULL,
     HEAD "st.b64 zero, [pc, 0] ;<\nst.b64 zero, [pc, 8]\n" END, 1},
    {"a store in a loop", "STALE", NULL,
     HEAD LOOP "st.b64 zero, [pc, 0] ;<\nadd.s64 pc, pc, 64\n" AGAIN END, 1},
    {"a store and dcci", NULL, NULL, HEAD "st.b64 zero, [pc, 0]\n" CLEAN("pc") END, 1},
    {"dcci, then a store", "STALE", NULL, HEAD CLEAN("pc") "st.b64 zero, [pc, 0] ;<\n" END, 1},
    {"all of the cache", NULL, NULL,
     HEAD "st.b64 zero, [pc, 0]\nst.b64 zero, [pc, 1024]\ndcci.cache.out zero\n" END, 1},
    {"one of two lines", "STALE", NULL,
     HEAD "st.b64 zero, [pc, 0]\nst.b64 zero, [pc, 64] ;<\n" CLEAN("pc") END, 1},
    {"a scratch tensor that S keeps for itself", NULL, NULL,
     HEAD "st.b64 zero, [ps, 0]\nld.b64 t, [ps, 0]\n" END, 1},
    {"a move reads what S stored", "STALE", "mte2 reads 8 bytes",
     HEAD "st.b64 zero, [ps, 8]\n" FLAG("s", "mte2") "mov_out_to_ub [u0], [ps], mv ;<\n" END, 1},
    {"cleaned before the flag", NULL, NULL,
     HEAD "st.b64 zero, [ps, 8]\n" CLEAN("ps")
         FLAG("s", "mte2") "mov_out_to_ub [u0], [ps], mv\n" END,
     1},
    {"a move reads other bytes", NULL, NULL,
     HEAD "st.b64 zero, [ps, 512]\n" FLAG("s", "mte2") "mov_out_to_ub [u0], [ps], mv\n" END, 1},
    {"a move overwrites what S stored", "STALE", "over them later",
     HEAD FILL "st.b64 zero, [pc, 8]\n" FLAG("s", "mte3") "mov_ub_to_out [pc], [u0], mv ;<\n" END,
     1},
    {"rows with gaps between", NULL, NULL,
     HEAD ".reg rows:burst = {n_burst=4 len_burst=2 src_gap=2}\nst.b64 zero, [ps, 64]\n" FLAG(
         "s", "mte2") "mov_out_to_ub [u0], [ps], rows\n" END,
     1},
    {"a row among others", "STALE", NULL,
     HEAD ".reg rows:burst = {n_burst=4 len_burst=2 src_gap=2}\nst.b64 zero, [ps, 384]\n" FLAG(
         "s", "mte2") "mov_out_to_ub [u0], [ps], rows ;<\n" END,
     1},
    {"parameters and inputs", NULL, NULL,
     HEAD "ld.b64 t, [pa, 0]\nadd.s64 t, t, 1\nldparam pa, a\nld.b64 t, [pa, 0]\n" END, 1},
    {"ub is not cached", NULL, NULL,
     HEAD "ub_window t, U\nst.b64 zero, [t, 0]\nld.b64 w, [t, 0]\n" END, 1},
};

Test(check_rules, stale)
{
    RUN(stale, false);
    RUN(stale, true);
}

/* ---- OUTPUT ---------------------------------------------------------------------------------- */

static const struct rule_row output[] = {
    {"a move into an input", "OUTPUT", "mte3 writes 256 bytes of tensor a",
     HEAD FILL "mov_ub_to_out [pa], [u0], mv ;<\n" END, 1},
    {"a store into an input", "OUTPUT", "s writes 8 bytes of tensor a",
     HEAD "st.b64 zero, [pa, 0] ;<\n" END, 1},
    {"a store into the parameters", "OUTPUT", "parameters",
     HEAD "mov t, para_base\nst.b64 zero, [t, 0] ;<\n" END, 1},
    {"into .rodata", "OUTPUT", ".rodata",
     ".kernel k, core=aiv\n.rodata\ntable: .quad 1, 2\n.text\nk:\n.reg t, zero = 0\n"
     "mov t, table\nst.b64 zero, [t, 0] ;<\nend\n",
     1},
    {"into .data", NULL, NULL,
     ".kernel k, core=aiv\n.data\ntable: .quad 1, 2\n.text\nk:\n.reg t, zero = 0\n"
     "mov t, table\nst.b64 zero, [t, 0]\nend\n",
     1},
    {"out, inout, scratch", NULL, NULL,
     HEAD FILL "mov_ub_to_out [pc], [u0], mv\nmov_ub_to_out [pb], [u0], mv\n"
               "mov_ub_to_out [ps], [u0], mv\n" END,
     1},
    {"allowed", NULL, NULL,
     HEAD FILL ".allow OUTPUT, \"in place\"\nmov_ub_to_out [pa], [u0], mv\n" END, 1},
};

Test(check_rules, output)
{
    RUN(output, false);
    RUN(output, true);
}

/* ---- STATE ----------------------------------------------------------------------------------- */

#define CTRL(bit) "mov t, ctrl\nmov w, 1\ninsert t, w, #" bit ", #1\nmov ctrl, t"
#define UNCTRL(bit) "mov t, ctrl\ninsert t, zero, #" bit ", #1\nmov ctrl, t\n"

static const struct rule_row state[] = {
    {"nothing changed", NULL, NULL, HEAD END, 1},
    {"mask0", "STATE", "mask0 is 0x64", HEAD "movemask n, 0 ;<\n" END, 1},
    {"mask1", "STATE", "expected 0xffffffffffffffff", HEAD "movemask zero, 1 ;<\n" END, 1},
    {"mask by a move", "STATE", NULL, HEAD "mov mask0, n ;<\n" END, 1},
    {"the last write that changed it", "STATE", NULL,
     HEAD "movemask zero, 0\nmovemask n, 0 ;<\nmovemask n, 0\n" END, 1},
    {"the mask of a tail put back", NULL, NULL,
     HEAD "movemask n, 0\nmovemask zero, 1\nmask_all\n" END, 1},
    {"mask0 put back, mask1 not", "STATE", "mask1 0x64",
     HEAD "movemask n, 0\nmovemask n, 1 ;<\nnot.b64 t, zero\nmovemask t, 0\n" END, 1},
    {"counter mode", "STATE", "counter mode is left on", HEAD CTRL("56") " ;<\n" END, 1},
    {"counter mode and its count", "STATE", "mask0 is 0x64",
     HEAD CTRL("56") " ;<\nmovemask n, 0\n" END, 1},
    {"mask_count, mask_all", NULL, NULL, HEAD "mask_count n\nmask_all\n" END, 1},
    {"only the mode put back", "STATE", "mask",
     HEAD CTRL("56") "\nmovemask n, 0 ;<\n" UNCTRL("56") END, 1},
    {"atomic type", "STATE", "type of atomic stores (bit 6)", HEAD CTRL("6") " ;<\n" END, 1},
    {"saturation", "STATE", "insert t, zero, #53, #1", HEAD CTRL("53") " ;<\n" END, 1},
    {"two modes", "STATE", "hf32 (bit 46), order of the cube (bit 51)",
     HEAD CTRL("46") "\n" CTRL("51") " ;<\n" END, 1},
    {"one of two modes put back", "STATE", "infinity and nan kept (bit 48); it is",
     HEAD CTRL("48") " ;<\n" CTRL("53") "\n" UNCTRL("53") END, 1},
    {"a mode put back", NULL, NULL, HEAD CTRL("48") "\n" UNCTRL("48") END, 1},
    {"where it changed, not where it was written again", "STATE", NULL,
     HEAD CTRL("48") " ;<\nmask_count n\nmask_all\n" END, 1},
    {"a bit without meaning", NULL, NULL, HEAD CTRL("20") "\n" END, 1},
    {"a register that is not inherited by custom", NULL, NULL, HEAD "mov padding, n\n" END, 1},
    {"every block leaves it", "STATE", NULL, HEAD "movemask n, 0 ;<\n" END, 3},
    {"one block leaves it", "STATE", NULL,
     HEAD "mov t, blockid\njumpcmp.eq.s64 t, zero, out\nmovemask n, 0 ;<\nout:\n" END, 2},
    {"allowed", NULL, NULL, HEAD ".allow STATE, \"the next launch resets it\"\nmovemask n, 0\n" END,
     1},
};

Test(check_rules, state)
{
    RUN(state, false);
    RUN(state, true);
}

/* ---- hints ----------------------------------------------------------------------------------- */

#define VHEAD \
    ".include \"dv.inc\"\n.kernel k, core=aiv\n.param a, in, f16[32768]\n" \
    ".param c, out, f16[32768]\n.buf A, ub, f16[8192]\n.buf B, ub, f16[8192]\n" \
    ".buf G, ub, f16[8192], group=8\n.buf C, ub, f16[8192], bank=1\nk:\n" \
    ".reg pa:gm, pc:gm, ra:ub = A, rb:ub = B, rg:ub = G, rc:ub = C, t, zero = 0, left = 8\n" \
    ".reg one:vec3 = {repeat=1}, all:vec3 = {repeat=64}, whole:burst = {len_burst=512}\n" \
    ".reg s:vec1 = {repeat=1}, x = 3\nldparam pa, a\nldparam pc, c\n"
#define STEP "add.s64 ra, ra, 256\nadd.s64 rc, rc, 256\n"

static const struct rule_row vectors[] = {
    {"both sources in one group", "BANK", "64 cycles in 64 repeats (64 read-read",
     VHEAD "vadd.f16 [rc], [ra], [rb], all ;<\n" END, 1},
    {"another group", NULL, NULL, VHEAD "vadd.f16 [rc], [ra], [rg], all\n" END, 1},
    {"the same block twice", NULL, NULL, VHEAD "vadd.f16 [rc], [ra], [ra], all\n" END, 1},
    {"too few to matter", NULL, NULL,
     VHEAD "mov all, {repeat=16}\nvadd.f16 [rc], [ra], [rb], all\n" END, 1},
    {"few, but often", "BANK", "128 cycles in 128 repeats",
     VHEAD "mov all, {repeat=16}\n" LOOP "vadd.f16 [rc], [ra], [rb], all ;<\nbar.v\n" AGAIN END, 1},
    {"a division hides them", NULL, NULL, VHEAD "vdiv.f16 [rc], [ra], [rb], all\n" END, 1},
    {"a stride of whole rows", "BANK", "block stride that is odd",
     VHEAD ".reg far:vec1 = {repeat=8 src_blk=16 src_rep=1}\n"
           "vabs.f16 [rc], [ra], far ;<\n" END,
     1},
    {"a repeat at a time", "REPEAT", "executed 8 times",
     VHEAD LOOP "vadd.f16 [rc], [ra], [rg], one ;<\n" STEP "add.s64 rg, rg, 256\n" AGAIN END, 1},
    {"seven are not worth it", NULL, NULL,
     VHEAD "mov left, 7\n" LOOP "vadd.f16 [rc], [ra], [ra], one\n" STEP AGAIN END, 1},
    {"the same place again and again", NULL, NULL,
     VHEAD LOOP "vadd.f16 [rc], [ra], [ra], one\nbar.v\n" AGAIN END, 1},
    {"steps of a growing length", NULL, NULL,
     VHEAD "mov t, 32\n" LOOP "vadd.f16 [rc], [ra], [ra], one\nadd.s64 ra, ra, t\n"
           "add.s64 t, t, 32\n" AGAIN END,
     1},
    {"a scalar that changes", NULL, NULL,
     VHEAD LOOP "vadds.f16 [rc], [ra], x, s\n" STEP "add.s64 x, x, 1\n" AGAIN END, 1},
    {"a scalar that stays", "REPEAT", NULL,
     VHEAD LOOP "vadds.f16 [rc], [ra], x, s ;<\n" STEP AGAIN END, 1},
    {"each waits for its own data", NULL, NULL,
     VHEAD "mov whole, {len_burst=8}\n" LOOP
           "mov_out_to_ub [ra], [pa], whole\nset_flag.mte2.v #0\nwait_flag.mte2.v #0\n"
           "vadd.f16 [rc], [ra], [ra], one\n" STEP
           "set_flag.v.mte2 #0\nwait_flag.v.mte2 #0\n" AGAIN END,
     1},
    {"counter mode", NULL, NULL,
     VHEAD "mov t, 100\nmask_count t\n" LOOP "vadd.f16 [rc], [ra], [ra], one\n" STEP AGAIN
           "mask_all\n" END,
     1},
};

Test(check_rules, vectors)
{
    RUN(vectors, false);
    RUN(vectors, true);
}

#define MOVE(cfg) ".reg m:align = {" cfg "}\nmov_out_to_ub_align.b16 [ra], [pa], m"

static const struct rule_row moves[] = {
    {"rows of 128 bytes", "BURST", "64 pieces of 128 bytes",
     VHEAD MOVE("n_burst=64 len_burst=128 src_gap=384") " ;<\n" END, 1},
    {"the same rows without gaps", NULL, NULL, VHEAD MOVE("n_burst=64 len_burst=128") "\n" END, 1},
    {"rows of 2 KiB", NULL, NULL, VHEAD MOVE("n_burst=4 len_burst=2048 src_gap=2048") "\n" END, 1},
    {"little in all", NULL, NULL, VHEAD MOVE("n_burst=16 len_burst=128 src_gap=384") "\n" END, 1},
    {"a small move often", "BURST", "move more at once",
     VHEAD
     "mov left, 64\nmov whole, {len_burst=4}\n" LOOP
     "mov_out_to_ub [ra], [pa], whole ;<\nadd.s64 pa, pa, 128\nadd.s64 ra, ra, 128\n" AGAIN END,
     1},
    {"short rows stored", "BURST", "mte3",
     VHEAD ".reg m:align = {n_burst=64 len_burst=64 dst_gap=448}\n"
           "mov_ub_to_out_align.b16 [pc], [ra], m ;<\n" END,
     1},
    {"long move, odd address", "GMALIGN", "1 of 1 moves",
     VHEAD "add.s64 pa, pa, 32\n" MOVE("len_burst=16384") " ;<\n" END, 1},
    {"long move, aligned", NULL, NULL,
     VHEAD "add.s64 pa, pa, 512\n" MOVE("len_burst=16384") "\n" END, 1},
    {"rows of 512 bytes across lines", "GMALIGN", "aligned",
     VHEAD "add.s64 pa, pa, 256\n" MOVE("n_burst=32 len_burst=512 src_gap=512") " ;<\n" END, 1},
    {"rows of 512 bytes", NULL, NULL, VHEAD MOVE("n_burst=32 len_burst=512 src_gap=512") "\n" END,
     1},
    {"rows of 4000 bytes lose little", NULL, NULL,
     VHEAD "add.s64 pa, pa, 32\n" MOVE("n_burst=4 len_burst=4000 src_gap=96") "\n" END, 1},
};

Test(check_rules, moves)
{
    RUN(moves, false);
    RUN(moves, true);
}

#define TWO "mov_out_to_ub [ra], [pa], whole\n" FLAG("mte2", "v")

static const struct rule_row orders[] = {
    {"everything stops", "BARRIER", "order the two pipes",
     VHEAD "mov_out_to_ub [ra], [pa], whole\nbar.all ;<\nvadd.f16 [rc], [ra], [ra], all\n" END, 1},
    {"everything stops, and then END", NULL, NULL,
     VHEAD TWO "vadd.f16 [rc], [ra], [ra], all\nbar.all\n" END, 3},
    {"and then one more instruction", "BARRIER", "1 executions",
     VHEAD TWO "vadd.f16 [rc], [ra], [ra], all\nbar.all ;<\nmov t, 1\n" END, 1},
    {"one pipe stops", NULL, NULL,
     VHEAD "vadd.f16 [rc], [ra], [ra], all\nbar.v\nvadd.f16 [rc], [rc], [rc], all\n" END, 1},
    {"a barrier that orders nothing", "REDUNDANT", "barrier",
     VHEAD TWO "vadd.f16 [rc], [ra], [ra], all\nbar.v\nbar.v ;<\n"
               "vadd.f16 [rc], [rc], [rc], all\n" END,
     1},
    {"a barrier between works that do not meet", "REDUNDANT", "barrier",
     VHEAD TWO "vadd.f16 [rc], [ra], [ra], all\nbar.v ;<\nvabs.f16 [rb], [ra], s\n" END, 1},
    {"of two barriers the second does it", "REDUNDANT", "barrier",
     VHEAD TWO "vadd.f16 [rc], [ra], [ra], all\nbar.v ;<\nvabs.f16 [rb], [ra], s\nbar.v\n"
               "vadd.f16 [rc], [rc], [rc], all\n" END,
     1},
    {"a barrier is needed once in a loop", NULL, NULL,
     VHEAD TWO LOOP "vadd.f16 [rc], [ra], [ra], all\nbar.v\n" AGAIN END, 1},
    {"a pair that another covers", "REDUNDANT", "set and wait",
     VHEAD "mov_out_to_ub [ra], [pa], whole\nset_flag.mte2.v #0\nset_flag.mte2.v #1\n"
           "wait_flag.mte2.v #1\nwait_flag.mte2.v #0 ;<\nvadd.f16 [rc], [ra], [ra], all\n" END,
     1},
    {"a pair that orders", NULL, NULL, VHEAD TWO "vadd.f16 [rc], [ra], [ra], all\n" END, 1},
    {"useful once in a loop", NULL, NULL,
     VHEAD TWO LOOP
     "vadd.f16 [rc], [ra], [ra], all\nset_flag.v.mte2 #0\nwait_flag.v.mte2 #0\n"
     "mov_out_to_ub [ra], [pa], whole\nset_flag.mte2.v #0\nwait_flag.mte2.v #0\n" AGAIN END,
     1},
};

Test(check_rules, orders)
{
    RUN(orders, false);
}

/* Without time there is no share of it: how often S stops says it. */
static const struct rule_row loops[] = {
    {"a barrier in a loop", "BARRIER", "8 executions",
     VHEAD LOOP "mov_out_to_ub [ra], [pa], whole\nbar.all ;<\n" AGAIN END, 1},
    {"a barrier at the end", NULL, NULL, VHEAD "mov_out_to_ub [ra], [pa], whole\nbar.all\n" END, 1},
};

Test(check_rules, loops)
{
    RUN(loops, true);
}

/* ---- what DCCI does to time ------------------------------------------------------------------ */

static const struct {
    const char *name, *code;
    unsigned misses;
} drops[] = {
    {"twice the same line", "", 1},
    {"dropped", CLEAN("pa"), 2},
    {"by any address in it", "add.s64 t, pa, 63\n" CLEAN("t"), 2},
    {"the line behind it", "add.s64 t, pa, 64\n" CLEAN("t"), 1},
    {"all", "dcci.cache.all zero\n", 2},
    {"lines of UB", "dcci.line.ub pa\n", 1},
    {"atomic", "dcci.cache.atomic zero\n", 1},
};

Test(check_rules, dcci_misses)
{
    for (size_t i = 0; i < sizeof drops / sizeof *drops; i++) {
        struct dv_run_opts o = {.cold = true};
        struct dv_run run;
        struct dv_diag d;
        char text[2048];
        snprintf(text, sizeof text, HEAD "ld.b64 w, [pa, 0]\n%sld.b64 w, [pa, 8]\n" END,
                 drops[i].code);
        struct dv_obj *obj = launch_object(text);
        dv_diag_init(&d);
        cr_assert_eq(dv_run_prepare(&run, &o, obj, 0, &d), DV_OK, "%s", d.text);
        cr_expect_eq(dv_run_go(&run, &d), DV_OK, "%s: %s", drops[i].name, d.text);
        const struct dv_core_stats *s = dv_machine_core(run.machine, 0);
        for (unsigned c = 0; !s->blocks; c++)
            s = dv_machine_core(run.machine, c);
        uint64_t misses = s->pipe[DV_PIPE_S].stall[DV_STALL_dcache] / DV_P(&run.chip, scalar_miss);
        cr_expect_eq(misses, 1 + drops[i].misses, "%s: %lu misses, one of parameters",
                     drops[i].name, (unsigned long)misses);
        dv_run_free(&run);
        dv_obj_free(obj);
    }
}

/* ---- the kernels of the tree ----------------------------------------------------------------- */

static const char *const clean[] = {
    "kernels/elementwise/vadd_f16.s", "kernels/gemm/gemm_f16.s",      "kernels/gemm/tile_f16.s",
    "kernels/softmax/softmax_f32.s",  "kernels/norm/layernorm_f16.s", "kernels/conv/conv2d_f16.s",
};

Test(check_rules, kernels_leave_nothing)
{
    for (size_t i = 0; i < sizeof clean / sizeof *clean; i++) {
        struct dv_run_opts o = {.check = true};
        struct dv_obj *obj = launch_object(clean[i]);
        struct dv_run run;
        struct dv_diag d;
        dv_diag_init(&d);
        cr_assert_eq(dv_run_prepare(&run, &o, obj, 0, &d), DV_OK, "%s", d.text);
        cr_expect_eq(dv_run_go(&run, &d), DV_OK, "%s", d.text);
        for (unsigned f = 0; f < run.result.findings; f++)
            cr_expect(!is_mine(run.result.finding[f].code) ||
                          *run.result.finding[f].severity == 'h',
                      "%s: %s", clean[i], run.result.finding[f].d.text);
        dv_run_free(&run);
        dv_obj_free(obj);
    }
}
