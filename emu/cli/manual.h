/* Pages of the instruction manual on the terminal. */
#ifndef DV_CLI_MANUAL_H
#define DV_CLI_MANUAL_H

#include "emu/cli/cli.h"

/* Prints every entry whose name or mnemonic is `name` (any case); false when there is none. */
bool dv_manual_print(const char *name);
/* One line an entry. */
void dv_manual_list(void);

#endif
