#include <limits.h> /* says which C library this is */

#ifdef __GLIBC__
#include <malloc.h>

/* Gives memory that is free again back to the system from `bytes` on. 1 where that was taken, as with mallopt(3). */
static inline int cmalloc_give_back_from(int bytes) {
    return mallopt(M_TRIM_THRESHOLD, bytes) && mallopt(M_MMAP_THRESHOLD, bytes);
}
#else
static inline int cmalloc_give_back_from(int bytes) { return bytes > 0; }
#endif
