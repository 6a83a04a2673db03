#ifdef __linux__
#include <sys/prctl.h>
#endif

extern char **environ;

/* The environment as it was handed over, doubles and all. Swift does not read a variable of C that may change. */
static inline char *const *cprocess_environment(void) { return environ; }

/* Keeps this process's memory from core files and from others of its own user. Swift does not call functions with
   variable arguments. 0 where it was done, or where there is nothing like it. */
static inline int cprocess_forbid_dumps(void) {
#ifdef __linux__
    return prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
#else
    return 0;
#endif
}

/* Names the calling thread for tools that show threads; Linux keeps 15 bytes (prctl(2), PR_SET_NAME). */
static inline void cprocess_name_thread(const char *name) {
#ifdef __linux__
    (void)prctl(PR_SET_NAME, name, 0L, 0L, 0L);
#else
    (void)name;
#endif
}
