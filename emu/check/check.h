/* The checker: what a kernel does wrong although this run may have gone well.
 *
 * Listens to the events of one launch and keeps findings: races that no flag or barrier forbids,
 * flags that may merge, bytes that were never written, writes outside declared outputs, stale
 * lines of the data cache, registers left changed, hints. It changes nothing of the run. Findings
 * come from program order and from what the kernel orders, not from times: another chip or
 * `--time off` finds the same (hints that count cycles need times).
 *
 * Cost: a few bytes of shadow a byte of local memory and a byte of GM that is touched. */
#ifndef DV_CHECK_CHECK_H
#define DV_CHECK_CHECK_H

#include "emu/core/machine.h"

enum { DV_CHECK_FINDINGS = 128 };

/* A tensor of the launch. */
struct dv_check_tensor {
    uint64_t address, bytes;
    uint8_t role; /* enum dv_param_role */
    const char *name;
};

struct dv_check_finding {
    char code[16];        /* RACE FLAG UNINIT OUTPUT STALE STATE REDUNDANT BANK .. */
    const char *severity; /* error warning hint */
    struct dv_diag d;     /* code: the nearest enum dv_err, 0 for hints */
    uint64_t count;       /* times it was met */
    uint64_t pc, other;   /* what tells it from others of its code */
    uint32_t seq;         /* RACE, FLAG: of the later instruction in its block; 0 = of no order */
    /* Of a race within a block: a flag or barrier of `one` for `two` between the items with these
     * numbers ends it. one = two = 0: none would. */
    struct {
        uint8_t one, two;
        int core, block, from, to; /* lines of the items */
        uint32_t after, before;
    } order;
};

struct dv_check;

/* Begins to listen, before the launch. Object, machine and tensors (copied, names borrowed) must
 * outlive it. NULL with MEMORY in d. */
struct dv_check *dv_check_new(struct dv_machine *m, const struct dv_obj *obj,
                              const struct dv_check_tensor *t, unsigned n, struct dv_diag *d);
/* Before dv_check_finish of a run that ended in this fault: leaves out the finding that says the
 * same and the races and flags behind it in program order, which stand on the order that was
 * missing there. They are counted by dv_check_more. */
void dv_check_fault(struct dv_check *k, const struct dv_diag *fault);
/* After the run, also of one that faulted: what shows only at the end; races that one flag or
 * barrier ends become one finding. MEMORY when the host ran
 * out of it and findings may be missing. */
enum dv_err dv_check_finish(struct dv_check *k, struct dv_diag *d);
/* Errors first, then warnings, then hints; each in the order it was met. */
unsigned dv_check_findings(const struct dv_check *k);
const struct dv_check_finding *dv_check_finding(const struct dv_check *k, unsigned i);
/* Times a finding met no room (DV_CHECK_FINDINGS) or gave it up to a graver one; findings that
 * .allow kept quiet. */
uint64_t dv_check_more(const struct dv_check *k);
uint64_t dv_check_allowed(const struct dv_check *k);
void dv_check_free(struct dv_check *k); /* NULL allowed; before the machine */

#endif
