/* DV_CCE_TRACE: what a kernel issues, as assembly text with the values of the registers;
 * of a register that is the result, the value afterwards. */
#include <inttypes.h>

#include "emu/cce/device.h"

void dv_dev_trace(const struct dv_seat *s, uint32_t op, const uint64_t x[DV_SLOTS])
{
    static const char *const kind[DV_KINDS] = {"aic", "aiv", "core"};
    const struct dv_machine *m = s->device->machine;
    const struct dv_op *o = dv_native_decoded(m, op);
    const struct dv_site *t = dv_site(s->device->sites, op);
    char text[160];

    dv_isa_print(o, DV_NO_PC, text, sizeof text);
    fprintf(stderr, "%s%u block %" PRIu32 ": %s:%d: %s: %s ;", kind[dv_native_kind(m, s->core)],
            s->core, dv_native_block(m, s->core), t->at.file, t->at.line, t->at.name, text);
    for (unsigned i = 0; i < DV_SLOTS; i++)
        if (o->slots >> i & 1)
            fprintf(stderr, " x%u=0x%" PRIx64, o->x[i], x[i]);
    fputc('\n', stderr);
}
