#ifdef __linux__
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* for dl_iterate_phdr(3) */
#endif
#include <link.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>
#endif
#include <stdint.h>

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

#ifdef __linux__
/* Lets go of one file's parts that nobody writes to. Where the loader has written into them all the same (DT_TEXTREL), what it
   wrote would be lost. */
static inline int cprocess_let_go_of_file(struct dl_phdr_info *file, size_t size, void *given) {
    (void)size, (void)given;
    for (int part = 0; part < file->dlpi_phnum; part++) {
        if (file->dlpi_phdr[part].p_type != PT_DYNAMIC) continue;
        const ElfW(Dyn) *entry = (const ElfW(Dyn) *)(file->dlpi_addr + file->dlpi_phdr[part].p_vaddr);
        for (; entry->d_tag != DT_NULL; entry++) {
            if (entry->d_tag == DT_TEXTREL) return 0;
            if (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL)) return 0;
        }
    }
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int part = 0; part < file->dlpi_phnum; part++) {
        const ElfW(Phdr) *header = &file->dlpi_phdr[part];
        if (header->p_type != PT_LOAD || (header->p_flags & PF_W)) continue;
        uintptr_t start = (file->dlpi_addr + header->p_vaddr) / page * page;
        uintptr_t end = (file->dlpi_addr + header->p_vaddr + header->p_filesz) / page * page;
        if (end > start) (void)madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}
#endif

/* Lets go of what of the program's file and of its libraries' lies in this process's memory as it is in the file: what is
   needed again comes from the system's cache. The loader takes no library away meanwhile. */
static inline void cprocess_let_go_of_files(void) {
#ifdef __linux__
    (void)dl_iterate_phdr(cprocess_let_go_of_file, (void *)0);
#endif
}

/* Swift's runtime hands each part of a task that may run anywhere to whoever has set this variable
   (swift/Runtime/Concurrency.h, swift_task_enqueueGlobal_hook). Where the runtime is part of the program nobody finds it by
   its name at run time, so it is named here; it is weak, since a later runtime may have none. */
extern __attribute__((weak, swiftcall)) void (*swift_task_enqueueGlobal_hook)(void *job, void *original);

/* Runs a part of a task as an executor does, which is named by two words; two zeros are the one that runs what may run
   anywhere (swift/ABI/Executor.h, SerialExecutorRef::generic). */
extern __attribute__((weak, swiftcall)) void swift_job_run(void *job, void *identity, uintptr_t implementation);

/* Who takes them; set once. A variable of a function, since of a header's own ones Swift makes none. */
static inline void (**cprocess_task_taker(void))(void *job) {
    static void (*taker)(void *job);
    return &taker;
}

static inline __attribute__((swiftcall)) void cprocess_hand_over(void *job, void *original) {
    (void)original;
    (*cprocess_task_taker())(job);
}

/* Hands parts of tasks to a function from here on, which has each run by cprocess_run_task; 0 where nobody takes them already
   and the runtime has what that needs. Called once, before there are any. */
static inline int cprocess_take_tasks(void (*taker)(void *job)) {
    if (&swift_task_enqueueGlobal_hook == 0 || swift_task_enqueueGlobal_hook != 0) return -1;
    if (&swift_job_run == 0) return -1;
    *cprocess_task_taker() = taker;
    swift_task_enqueueGlobal_hook = cprocess_hand_over;
    return 0;
}

/* Runs a part of a task on the calling thread, as one that may run anywhere: what it calls goes on here, too, where with any
   other executor each call and each return would be handed over again. */
static inline void cprocess_run_task(void *job) { swift_job_run(job, (void *)0, 0); }
