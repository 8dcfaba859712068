/* Lists of 32-bit words as people write them down. */
#ifndef DV_CLI_WORDS_H
#define DV_CLI_WORDS_H

#include "emu/cli/cli.h"

struct dv_words {
    uint32_t *word;
    size_t n, cap;
};

/* One word: 0x.. or decimal; with `hex` always hexadecimal, 0x or not. false = no such text. */
bool dv_word_read(const char *text, size_t n, bool hex, uint32_t *out);
/* False when memory is exhausted. */
bool dv_words_add(struct dv_words *w, uint32_t word);
/* Words of a text, parted by blanks, commas or line ends; ; # and // start comments. Every bad one
 * is located on stderr, up to 20. Returns 0 or the exit status; freed by the caller. */
int dv_words_scan(struct dv_words *w, const char *name, const char *text, size_t n, bool hex);

#endif
