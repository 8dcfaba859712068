/* The name under which hosts include the runtime. */
#ifndef DV_ACL_ACL_H
#define DV_ACL_ACL_H

#include <dv/dv_acl.h>

#endif
