#define _GNU_SOURCE /* for dl_iterate_phdr(3) */
#include "process_setup.h"

#include <stdint.h>

#ifdef __linux__
#include <link.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>
#endif

extern char **environ;

char *const *cprocess_environment(void) { return environ; }

int cprocess_forbid_dumps(void) {
#ifdef __linux__
    return prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
#else
    return 0;
#endif
}

void cprocess_name_thread(const char *name) {
#ifdef __linux__
    (void)prctl(PR_SET_NAME, name, 0L, 0L, 0L);
#else
    (void)name;
#endif
}

#ifdef __linux__
/* Lets go of one file's parts that nobody writes to. Where the loader has written into them all the same (DT_TEXTREL), what it
   wrote would be lost. */
static int let_go_of_file(struct dl_phdr_info *file, size_t size, void *given) {
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

void cprocess_let_go_of_files(void) {
#ifdef __linux__
    (void)dl_iterate_phdr(let_go_of_file, (void *)0);
#endif
}

/* Swift's runtime hands each part of a task that may run anywhere to whoever has set this variable
   (swift/Runtime/Concurrency.h, swift_task_enqueueGlobal_hook). Where the runtime is part of the program nobody finds it by
   its name at run time, so it is named here; it is weak, since a later runtime may have none. */
extern __attribute__((weak, swiftcall)) void (*swift_task_enqueueGlobal_hook)(void *job, void *original);

/* Runs a part of a task as an executor does, which is named by two words; two zeros are the one that runs what may run
   anywhere (swift/ABI/Executor.h, SerialExecutorRef::generic). */
extern __attribute__((weak, swiftcall)) void swift_job_run(void *job, void *identity, uintptr_t implementation);

/* Who takes them; set once. */
static void (*task_taker)(void *job);

static __attribute__((swiftcall)) void hand_over(void *job, void *original) {
    (void)original;
    task_taker(job);
}

int cprocess_take_tasks(void (*taker)(void *job)) {
    if (&swift_task_enqueueGlobal_hook == 0 || swift_task_enqueueGlobal_hook != 0) return -1;
    if (&swift_job_run == 0) return -1;
    task_taker = taker;
    swift_task_enqueueGlobal_hook = hand_over;
    return 0;
}

void cprocess_run_task(void *job) { swift_job_run(job, (void *)0, 0); }
