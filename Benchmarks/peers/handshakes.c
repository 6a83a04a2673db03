/* Makes one TLS 1.3 connection after another, asks one GET over each, reads the whole answer, and times them from connect(2) on.
 * Usage: handshakes PORT CONNECTIONS SECONDS full|resumed PATH FIELD
 * FIELD is one more line of the head; # in PATH becomes a random number from 3 to 1002. "resumed" takes up the session of the
 * connection before; an answer over a connection that was not resumed then is a bad one, and so is any status but 200.
 * Prints: answers a second, median and 99th percentile in milliseconds, bad answers. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { room = 16384, maximum_connections = 64, most_times = 1 << 20, first_id = 3, ids = 1000 };

static const char *path, *field;
static int port, resumes;
static double end;
static double times[most_times];
static atomic_int answered, bad;

static void fail(const char *what) { perror(what); exit(1); }

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int connected(void) {
    int s = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    struct linger at_once = {1, 0}; /* no connection waits in TIME_WAIT, or ports would run out */
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (s < 0 || connect(s, (struct sockaddr *)&to, sizeof to) < 0) fail("connect");
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(s, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return s;
}

/* Whether the answer has come as a whole, and is a good one. */
static int is_answered(SSL *ssl) {
    char answer[room];
    int have = 0, whole = -1;
    while (whole < 0 || have < whole) {
        int n = SSL_read(ssl, answer + have, room - 1 - have);
        if (n <= 0) return 0;
        answer[have += n] = 0;
        char *head_end = strstr(answer, "\r\n\r\n");
        if (whole >= 0 || !head_end) continue;
        char *length = strcasestr(answer, "\r\ncontent-length:");
        whole = head_end + 4 - answer + (length && length < head_end ? atoi(length + 17) : 0);
        if (whole >= room) return 0;
    }
    return atoi(answer + 9) == 200;
}

static int keep(SSL *ssl, SSL_SESSION *session) {
    SSL_SESSION **last = SSL_get_app_data(ssl);
    SSL_SESSION_free(*last);
    *last = session;
    return 1;
}

static void *ask(void *seed) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL_SESSION *last = NULL;
    unsigned random = (unsigned)(size_t)seed;
    const char *mark = strchr(path, '#');
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL); /* it measures the server */
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep);
    for (int turn = 0; now() < end; turn++) {
        char request[2048], target[512];
        if (mark)
            snprintf(target, sizeof target, "%.*s%d%s", (int)(mark - path), path, first_id + rand_r(&random) % ids, mark + 1);
        int bytes = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n\r\n",
            mark ? target : path, port, field);
        double begun = now();
        int s = connected();
        SSL *ssl = SSL_new(context);
        SSL_set_fd(ssl, s);
        SSL_set_app_data(ssl, &last);
        int resuming = resumes && last;
        if (resuming) SSL_set_session(ssl, last);
        int good = SSL_connect(ssl) == 1 && SSL_write(ssl, request, bytes) == bytes && is_answered(ssl);
        if (!good || (resumes && turn > 0 && !(resuming && SSL_session_reused(ssl)))) atomic_fetch_add(&bad, 1);
        int place = atomic_fetch_add(&answered, 1);
        if (place < most_times) times[place] = (now() - begun) * 1e3;
        /* A session of which the end was not told is not taken up again. */
        SSL_set_quiet_shutdown(ssl, 1);
        SSL_shutdown(ssl);
        SSL_free(ssl);
        close(s);
    }
    SSL_SESSION_free(last);
    SSL_CTX_free(context);
    return NULL;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int count, char **words) {
    if (count != 7) { fprintf(stderr, "handshakes PORT CONNECTIONS SECONDS full|resumed PATH FIELD\n"); return 2; }
    port = atoi(words[1]);
    int connections = atoi(words[2]);
    double seconds = atof(words[3]), begun = now();
    resumes = !strcmp(words[4], "resumed");
    path = words[5], field = words[6];
    if (connections < 1 || connections > maximum_connections) { fprintf(stderr, "1 to %d connections\n", maximum_connections); return 2; }
    end = begun + seconds;
    pthread_t threads[maximum_connections];
    for (long i = 0; i < connections; i++) pthread_create(&threads[i], NULL, ask, (void *)(i + 1));
    for (int i = 0; i < connections; i++) pthread_join(threads[i], NULL);
    double took = now() - begun;
    int kept = answered < most_times ? answered : most_times;
    qsort(times, kept, sizeof *times, ascending);
    printf("measured %.1f %.3f %.3f %d\n", (answered - bad) / took, kept ? times[kept / 2] : 0,
        kept ? times[kept - 1 - kept / 100] : 0, bad);
}
