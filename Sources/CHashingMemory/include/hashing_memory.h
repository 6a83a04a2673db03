#ifndef MUSTER_HASHING_MEMORY_H
#define MUSTER_HASHING_MEMORY_H

#include <stddef.h>

/* Memory that a thread keeps from one Argon2id hash to the next.
 *
 * libsodium maps the memory of each hash and unmaps it afterwards, and there is no call to hand it memory of one's own.
 * Having 19 MiB cleared and mapped page by page takes a third of the time of a hash. On a thread that keeps memory, the
 * mapping that a hash makes between hashing_memory_begin and hashing_memory_end is served from it. */

/* Keeps memory for a hash of `bytes` on this thread. Nothing is mapped before it is needed. */
void hashing_memory_keep(size_t bytes);

/* From here to hashing_memory_end this thread hashes, and only hashes. */
void hashing_memory_begin(void);
void hashing_memory_end(void);

/* Gives this thread's memory back to the system, and what was hashed in it with it. The next hash maps it again. */
void hashing_memory_give_back(void);

/* How many bytes this thread holds at present. */
size_t hashing_memory_held(void);

#endif
