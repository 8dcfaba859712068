/* A 32-bit word explained: the record behind `dv isa --word`. */
#ifndef DV_CLI_WORD_H
#define DV_CLI_WORD_H

#include "emu/run/json.h"
#include "isa/isa.h"

enum { DV_WORD_OPERANDS = 16 };

struct dv_word {
    uint32_t word;
    const struct dv_insn *insn; /* NULL = no row */
    bool legal, executed;
    char mnemonic[96];       /* table spelling, verbatim */
    const char *type, *pipe; /* NULL = none */
    char operand[DV_WORD_OPERANDS][32];
    unsigned operands;
    char text[128];   /* assembly, "" when it cannot be written */
    char reason[256]; /* why not legal or not executed, "" = both are fine */
};

bool dv_insn_executed(const struct dv_insn *in);

void dv_word_explain(struct dv_word *out, uint32_t word, unsigned kinds);
void dv_word_json(struct dv_json *j, const struct dv_word *w);
void dv_word_print(const struct dv_word *w);

#endif
