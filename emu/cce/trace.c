/* DV_CCE_TRACE: what a kernel issues, as assembly text with the values of the registers;
 * of a register that is the result, the value afterwards. A pointer into GM is shown as messages
 * show it: address on the device, and allocation with offset. */
#include <inttypes.h>

#include "emu/cce/device.h"

static void value(const struct dv_cce *d, bool pointer, uint64_t x)
{
    uint64_t offset = x - (uintptr_t)d->gm;
    struct dv_place p = {0};

    if (!pointer || offset >= d->gm_bytes) {
        fprintf(stderr, "0x%" PRIx64, x);
        return;
    }
    dv_machine_place_bytes(d->machine, DV_SPACE_GM, DV_GM_BASE + offset, 1, NULL, &p);
    fprintf(stderr, "0x%" PRIx64, p.address);
    if (*p.buffer)
        fprintf(stderr, " (%s)", p.buffer);
}

void dv_dev_trace(const struct dv_seat *s, uint32_t op, const uint64_t x[DV_SLOTS])
{
    static const char *const kind[DV_KINDS] = {"aic", "aiv", "core"};
    const struct dv_machine *m = s->device->machine;
    const struct dv_op *o = dv_native_decoded(m, op);
    const struct dv_site *t = dv_site(s->device->sites, op);
    char text[160];

    dv_isa_print(o, DV_NO_PC, text, sizeof text);
    fprintf(stderr, "%s%u block %" PRIu32 ": ", kind[dv_native_kind(m, s->core)], s->core,
            dv_native_block(m, s->core));
    if (t->at.line) /* block_idx has none */
        fprintf(stderr, "%s:%d: ", t->at.file, t->at.line);
    fprintf(stderr, "%s: %s ;", t->at.name, text);
    for (unsigned i = 0; i < DV_SLOTS; i++)
        if (o->slots >> i & 1) {
            bool result = t->returns && i == DV_XD && !t->operand[i];
            fprintf(stderr, " x%u=", o->x[i]);
            value(s->device, !result && t->holds[i] != DV_HOLDS_VALUE, x[i]);
        }
    fputc('\n', stderr);
}
