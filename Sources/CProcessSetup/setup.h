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

/* Swift's runtime hands each part of a task that may run anywhere to whoever has set this variable
   (swift/Runtime/Concurrency.h, swift_task_enqueueGlobal_hook). Where the runtime is part of the program nobody finds it by
   its name at run time, so it is named here; it is weak, since a later runtime may have none. */
extern __attribute__((weak, swiftcall)) void (*swift_task_enqueueGlobal_hook)(void *job, void *original);

/* Who takes them; set once. A variable of a function, since of a header's own ones Swift makes none. */
static inline void (**cprocess_task_taker(void))(void *job) {
    static void (*taker)(void *job);
    return &taker;
}

static inline __attribute__((swiftcall)) void cprocess_hand_over(void *job, void *original) {
    (void)original;
    (*cprocess_task_taker())(job);
}

/* Hands parts of tasks to a function from here on; 0 where nobody takes them already and there is such a variable. Called
   once, before there are any. */
static inline int cprocess_take_tasks(void (*taker)(void *job)) {
    if (&swift_task_enqueueGlobal_hook == 0 || swift_task_enqueueGlobal_hook != 0) return -1;
    *cprocess_task_taker() = taker;
    swift_task_enqueueGlobal_hook = cprocess_hand_over;
    return 0;
}
