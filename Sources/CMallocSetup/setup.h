#include <limits.h> /* says which C library this is */

#ifdef __GLIBC__
#include <malloc.h>

/* Gives memory that is free again back to the system from `bytes` on. 1 where that was taken, as with mallopt(3). */
static inline int cmalloc_give_back_from(int bytes) {
    return mallopt(M_TRIM_THRESHOLD, bytes) && mallopt(M_MMAP_THRESHOLD, bytes);
}

/* Gives all whole pages that are free back to the system, in all threads' arenas. */
static inline void cmalloc_give_back_all(void) { (void)malloc_trim(0); }
#else
static inline int cmalloc_give_back_from(int bytes) { return bytes > 0; }
static inline void cmalloc_give_back_all(void) {}
#endif
