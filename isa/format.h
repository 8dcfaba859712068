/* Formats of .print: "tile %d of %4u, x5 = %08x, %.3f".
 *
 * Owns the closed set of conversions that assembler and runner share: %d %u %x %X of a 64-bit
 * integer, %f %e %g of a float, %% itself; flags - + 0 and blank, a width of at most 64, for floats
 * a precision of at most 32. There is no %s and nothing is handed to printf as it came. */
#ifndef DV_ISA_FORMAT_H
#define DV_ISA_FORMAT_H

#include "isa/expr.h"

/* One piece of a format: n bytes of plain text, or (conversion != 0) one conversion. */
struct dv_piece {
    const char *p;
    size_t n;
    char conversion; /* d u x X f e g */
    bool left, plus, zero, blank;
    unsigned width;
    int precision; /* -1 = not given */
};

/* Takes the next piece off *format. Returns false at the end, and on a malformed conversion, which
 * is then out->p with out->conversion == '?'. */
bool dv_format_next(const char **format, struct dv_piece *out);
/* Number of conversions; -1 = malformed, *at is the place. */
int dv_format_count(const char *format, const char **at);
/* Prints one value. %f %e %g of an integer take its low 32 bits as an f32, as registers hold it;
 * %d %u %x of a float round toward zero. Returns the length, less than size. */
size_t dv_format_value(const struct dv_piece *c, const struct dv_value *v, char *out, size_t size);

#endif
