/* Sends prepared requests over some connections, each as soon as the one before it on its connection is answered, and times them.
 * Usage: ask PORT CONNECTIONS MICROSECONDS FILE [TIMES]
 * MICROSECONDS are waited between two requests of a connection. FILE has requests one after the other: a line
 * "BYTES STATUS MORE", so many bytes of the request, and so many of a second one, in which #login becomes what the first
 * answer calls "login". STATUS is that of the last answer; any other is a bad one. TIMES gets each time in nanoseconds.
 * Prints: answers a second, median and 99th percentile in milliseconds, bad answers. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { room = 65536, maximum_connections = 256, handle_bytes = 64 };

typedef struct { const char *first, *second; int bytes, status, more; } request;

static request *requests;
static double *times;
static int count, pause_us, port;
static atomic_int next_request, bad;

static void fail(const char *what) { perror(what); exit(1); }

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static void read_requests(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) fail(path);
    int held = 0, bytes, status, more;
    while (fscanf(file, "%d %d %d", &bytes, &status, &more) == 3) {
        fgetc(file);
        if (count == held) requests = realloc(requests, (held = held * 2 + 1024) * sizeof *requests);
        char *text = malloc(bytes + more + 1);
        if (fread(text, 1, bytes + more, file) != (size_t)(bytes + more)) fail(path);
        text[bytes + more] = 0;
        requests[count++] = (request){text, text + bytes, bytes, status, more};
    }
    fclose(file);
}

static int connected(void) {
    int s = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (s < 0 || connect(s, (struct sockaddr *)&to, sizeof to) < 0) fail("connect");
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return s;
}

/* Sends one request and reads the whole answer; returns its status. */
static int exchange(int s, const char *text, int bytes, char *answer) {
    for (int sent = 0, n; sent < bytes; sent += n)
        if ((n = send(s, text + sent, bytes - sent, MSG_NOSIGNAL)) <= 0) fail("send");
    int have = 0, whole = -1;
    while (whole < 0 || have < whole) {
        int n = recv(s, answer + have, room - 1 - have, 0);
        if (n <= 0) fail("recv");
        answer[have += n] = 0;
        char *end = strstr(answer, "\r\n\r\n");
        if (whole >= 0 || !end) continue;
        char *length = strcasestr(answer, "\r\ncontent-length:");
        whole = end + 4 - answer + (length && length < end ? atoi(length + 17) : 0);
        if (whole >= room) fail("an answer that is too long");
    }
    return atoi(answer + 9);
}

/* Sends the second request, with the handle of the first one's answer in it. */
static int follow(int s, const request *asked, char *answer) {
    char text[room];
    const char *handle = strstr(answer, "\"login\":\""), *mark = strstr(asked->second, "#login");
    if (!handle || !mark || asked->more + handle_bytes > room) return 0;
    handle += 9;
    int length = strcspn(handle, "\""), before = mark - asked->second;
    if (length > handle_bytes) return 0;
    int bytes = snprintf(text, sizeof text, "%.*s%.*s%s", before, asked->second, length, handle, mark + 6);
    return exchange(s, text, bytes, answer);
}

static void *work(void *unused) {
    (void)unused;
    char *answer = malloc(room);
    int s = connected(), number;
    while ((number = atomic_fetch_add(&next_request, 1)) < count) {
        request *asked = &requests[number];
        double start = now();
        int status = exchange(s, asked->first, asked->bytes, answer);
        if (asked->more) status = follow(s, asked, answer);
        times[number] = now() - start;
        if (status != asked->status && atomic_fetch_add(&bad, 1) == 0)
            fprintf(stderr, "ask: %d in place of %d: %s\n", status, asked->status, answer);
        if (pause_us) usleep(pause_us);
    }
    close(s);
    free(answer);
    return NULL;
}

static int order(const void *a, const void *b) {
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

int main(int argc, char **argv) {
    if (argc < 5) return 2;
    port = atoi(argv[1]), pause_us = atoi(argv[3]);
    int connections = atoi(argv[2]);
    if (connections < 1 || connections > maximum_connections) return 2;
    read_requests(argv[4]);
    if (count == 0) return 2;
    times = calloc(count, sizeof *times);
    pthread_t all[maximum_connections];
    double start = now();
    for (int i = 0; i < connections; i++) pthread_create(&all[i], NULL, work, NULL);
    for (int i = 0; i < connections; i++) pthread_join(all[i], NULL);
    double took = (now() - start) / 1e9;
    if (argc > 5) {
        FILE *out = fopen(argv[5], "w");
        if (!out) fail(argv[5]);
        for (int i = 0; i < count; i++) fprintf(out, "%.0f\n", times[i]);
        fclose(out);
    }
    qsort(times, count, sizeof *times, order);
    printf("measured %.1f %.3f %.3f %d\n", count / took, times[count / 2] / 1e6, times[count * 99 / 100] / 1e6, bad);
    return 0;
}
