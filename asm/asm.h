/* The assembler and disassembler: text -> object, object -> text.
 *
 * Never sees the emulator. All names, forms and config fields come from isa/isa.h. */
#ifndef DV_ASM_ASM_H
#define DV_ASM_ASM_H

#include "isa/obj.h"

struct dv_asm_define {
    const char *name;
    const char *value;
};

struct dv_asm_opts {
    const char *const *include;
    size_t includes; /* -I directories, searched in order */
    const struct dv_asm_define *define;
    size_t defines; /* -D name=value */
    bool colour;    /* ANSI colours in diagnostics */
    bool warnings_off;
    bool relocatable; /* keep relocations although nothing is undefined (dv as -c) */
};

/* Receives text; n bytes, no terminator. */
struct dv_sink {
    void *self;
    void (*put)(void *self, const char *text, size_t n);
};

/* Assembles the file `path` ("-" = standard input). Diagnostics (errors with line and caret, up
 * to 20, and warnings) go to `messages` as finished text. On success *out is a final object, or a
 * relocatable one when that was asked for or something is undefined. Returns the first error's
 * code; its place is in d. Bounded in time and
 * memory for any input. */
enum dv_err dv_asm_file(const char *path, const struct dv_asm_opts *o, struct dv_sink *messages,
                        struct dv_obj **out, struct dv_diag *d);
/* The same for text in memory; `name` is the file name in messages and line table. */
enum dv_err dv_asm_text(const char *name, const char *text, size_t n, const struct dv_asm_opts *o,
                        struct dv_sink *messages, struct dv_obj **out, struct dv_diag *d);

/* Listing (address, word, source, expansion, pipe, class), map (local memories, code size
 * against the I-cache), preprocessed text, make dependencies: of the last dv_asm_* result. */
enum dv_asm_report { DV_ASM_LISTING, DV_ASM_MAP, DV_ASM_EXPANDED, DV_ASM_DEPENDS };
/* Assembles `path` and writes one report. */
enum dv_err dv_asm_report(const char *path, const struct dv_asm_opts *o, enum dv_asm_report what,
                          struct dv_sink *messages, struct dv_sink *to, struct dv_diag *d);

/* Disassembles .text with labels so that it assembles to the same bytes. A word that has `?` bits
 * set, an illegal type or no row becomes `.word 0x..` with its reading as a comment. */
enum dv_err dv_dis_obj(const struct dv_obj *o, struct dv_sink *to, struct dv_diag *d);
/* "understood: 812 of 1024 words, 79.3 %": words whose text assembles to them. The listing ends
 * with it. Returns snprintf's length. */
int dv_dis_share_text(const struct dv_obj *o, char *out, size_t size);

/* All directives by number, with their dot; NULL past the end. */
const char *dv_asm_directive(unsigned i);

#endif
