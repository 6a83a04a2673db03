/* What libsodium alone reaches: Argon2id with 19 MiB and 2 passes, checked on some threads for some seconds.
 * Usage: argon2 check THREADS SECONDS   Prints: checks per second.
 *        argon2 hash PASSWORD...        Prints: a hash of each. */
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { passes = 2, memory = 19 * 1024 * 1024, maximum_threads = 256 };

static const char password[] = "Passw0rd-00!x";
static char hash[crypto_pwhash_STRBYTES];
static double end;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void make(char *out, const char *text) {
    if (crypto_pwhash_str_alg(out, text, strlen(text), passes, memory, crypto_pwhash_ALG_ARGON2ID13) == 0) return;
    fprintf(stderr, "argon2: out of memory\n");
    exit(1);
}

static void *work(void *argument) {
    (void)argument;
    size_t count = 0;
    while (now() < end) {
        if (crypto_pwhash_str_verify(hash, password, strlen(password)) != 0) abort();
        count++;
    }
    return (void *)count;
}

int main(int argc, char **argv) {
    if (argc < 3 || sodium_init() < 0) return 2;
    if (strcmp(argv[1], "hash") == 0) {
        for (int i = 2; i < argc; i++) make(hash, argv[i]), puts(hash);
        return 0;
    }
    int threads = atoi(argv[2]);
    if (argc != 4 || threads < 1 || threads > maximum_threads) return 2;
    make(hash, password);
    pthread_t all[maximum_threads];
    double start = now();
    end = start + atoi(argv[3]);
    for (int i = 0; i < threads; i++) pthread_create(&all[i], NULL, work, NULL);
    size_t sum = 0;
    for (int i = 0; i < threads; i++) {
        void *count;
        pthread_join(all[i], &count);
        sum += (size_t)count;
    }
    printf("measured %.1f 0 0 0\n", (double)sum / (now() - start));
    return 0;
}
