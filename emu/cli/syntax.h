/* Grammars for editors. */
#ifndef DV_CLI_SYNTAX_H
#define DV_CLI_SYNTAX_H

#include "emu/cli/cli.h"

/* Prints the grammar for "vim" or "textmate"; false for another name. */
bool dv_syntax_print(const char *editor);

#endif
