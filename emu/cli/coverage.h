/* Counts over the instruction tables. */
#ifndef DV_CLI_COVERAGE_H
#define DV_CLI_COVERAGE_H

#include "emu/run/json.h"
#include "isa/isa.h"

enum { DV_FAMILIES = 16 };

struct dv_coverage {
    unsigned rows;    /* of the opcode table */
    unsigned matched; /* whose values lead to their entries */
    unsigned executed, refused;
    unsigned public; /* whose meaning is public: all that are not refused as unknown */
    unsigned faults; /* executed, and what they do is a fault: pipes no core has, bad pairs */
    unsigned lacks[DV_LACKS];        /* refused rows by the kind of their reason */
    const char *family[DV_FAMILIES]; /* class of the opcode table */
    unsigned by_family[DV_FAMILIES]; /* refused rows of it */
    unsigned families;
    unsigned by_bits[DV_FROMS]; /* rows by provenance of their bits */
    unsigned unexplained_bits;  /* `?` bits in the words and executed config words of all rows */
};

void dv_coverage_count(struct dv_coverage *c);
void dv_coverage_json(struct dv_json *j, const struct dv_coverage *c);
void dv_coverage_print(const struct dv_coverage *c);

#endif
