/* Version of the model: the laws of emu/core and the numbers of the chip files together. It goes up
 * whenever a modelled figure may change; `dv validate --write` freezes one result a version. */
#ifndef DV_CHIPS_VERSION_H
#define DV_CHIPS_VERSION_H

#define DV_MODEL_VERSION "5"

#endif
