#ifndef MUSTER_PROCESS_SETUP_H
#define MUSTER_PROCESS_SETUP_H

/* What a process does with itself where Swift has no words for it: it reads no variable of C that may change and calls no
 * function with variable arguments.
 *
 * No header of the system is included: what it declares would depend on what is defined here, and Swift, which has read the
 * same header without that, takes the two for different types. */

/* The environment as it was handed over, doubles and all. */
char *const *cprocess_environment(void);

/* Keeps this process's memory from core files and from others of its own user. 0 where it was done, or where there is nothing
 * like it. */
int cprocess_forbid_dumps(void);

/* Names the calling thread for tools that show threads; Linux keeps 15 bytes (prctl(2), PR_SET_NAME). */
void cprocess_name_thread(const char *name);

/* Lets go of what of the program's file and of its libraries' lies in this process's memory as it is in the file: what is
 * needed again comes from the system's cache. The loader takes no library away meanwhile. */
void cprocess_let_go_of_files(void);

/* Hands parts of tasks that may run anywhere to a function from here on, which has each run by cprocess_run_task; 0 where nobody
 * takes them already and the runtime has what that needs. Called once, before there are any. */
int cprocess_take_tasks(void (*taker)(void *job));

/* Runs a part of a task on the calling thread, as one that may run anywhere: what it calls goes on here, too, where with any
 * other executor each call and each return would be handed over again. */
void cprocess_run_task(void *job);

#endif
