/* Values in the data block of report.html: strings are escaped so that they cannot end it. */
#include <math.h>

#include "emu/prof/report/page.h"

void dv_page_text(struct dv_out *p, const char *text, size_t n)
{
    dv_out_put(p, "\"", 1);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '\n')
            dv_out_put(p, "\\n", 2);
        else if (c < 32 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == 127)
            dv_out_f(p, "\\u%04x", c);
        else
            dv_out_put(p, text + i, 1);
    }
    dv_out_put(p, "\"", 1);
}

void dv_page_string(struct dv_out *p, const char *text)
{
    if (text)
        dv_page_text(p, text, strlen(text));
    else
        dv_out_put(p, "null", 4);
}

void dv_page_number(struct dv_out *p, double v)
{
    if (isfinite(v))
        dv_out_f(p, "%.17g", v);
    else
        dv_out_put(p, "null", 4);
}
