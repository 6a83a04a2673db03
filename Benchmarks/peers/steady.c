/* Asks a server on loopback prepared questions, as soon as the one before is answered or at a steady pace, and looks at every answer.
 * Usage: steady http|ldap PORT CONNECTIONS SECONDS PACE FILE [TIMES]
 * FILE has questions one after the other: a line "BYTES STATUS CHECK COUNT WANTED", so many bytes of the question, and so many of
 * a text. STATUS is that of the answer (LDAP: the result code), CHECK the CRC-32 of its body (LDAP: of all its messages), 0 for any;
 * the text has to stand in it COUNT times. Any other answer is a bad one, and the first is shown.
 * SECONDS 0 asks each question once. Otherwise the questions are asked in turns, each connection beginning with another one, and
 * PACE is how often a second each connection asks at most, 0 for as often as it can: then what is on its way when the time is over is
 * cut off, otherwise it is waited for. Each question is timed from when it is sent; while an answer is late, its connection asks nothing.
 * TIMES gets each time in nanoseconds; in the order of the questions where each was asked once.
 * Prints: whole answers a second, median and 99th percentile in milliseconds, bad answers; and the bytes that were read. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { room = 1 << 17, maximum_connections = 256, maximum_wanted = 256 };

typedef struct {
    const char *text, *wanted;
    size_t bytes, wanted_bytes;
    int status;
    uint32_t check;
    long count;
} Question;

typedef struct {
    pthread_t thread;
    int number, socket;
    size_t at, end, kept, count, held, read;
    long found;
    uint32_t check;
    double *times;
    const Question *asked;
    unsigned char data[room], window[room + maximum_wanted];
} Connection;

static Question *questions;
static size_t question_count;
static int is_ldap, port, connections, seconds;
static double pace;
static atomic_int is_over, bad;
static uint32_t crc_table[256];

static void fail(const char *what) {
    fprintf(stderr, "steady: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static void sleep_until(double moment) {
    struct timespec t = {(time_t)(moment / 1e9), 0};
    t.tv_nsec = (long)(moment - t.tv_sec * 1e9);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {}
}

static void read_questions(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) fail(path);
    size_t held = 0, bytes, wanted;
    int status;
    unsigned check;
    long count;
    while (fscanf(file, "%zu %d %u %ld %zu", &bytes, &status, &check, &count, &wanted) == 5) {
        fgetc(file);
        if (wanted > maximum_wanted) fail("a text that is too long");
        if (question_count == held) questions = realloc(questions, (held = held * 2 + 1024) * sizeof *questions);
        char *text = malloc(bytes + wanted + 1);
        if (!questions || !text || fread(text, 1, bytes + wanted, file) != bytes + wanted) fail(path);
        questions[question_count++] = (Question){text, text + bytes, bytes, wanted, status, check, count};
    }
    fclose(file);
}

static void connect_to_server(Connection *own) {
    int yes = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    own->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (own->socket < 0 || connect(own->socket, (struct sockaddr *)&to, sizeof to) < 0) fail("connect");
    struct timeval patience = {60, 0};
    setsockopt(own->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(own->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

/* Looks at a part of an answer. */
static void look(Connection *own, const unsigned char *part, size_t bytes) {
    if (own->asked->check)
        for (size_t i = 0; i < bytes; i++) own->check = crc_table[(own->check ^ part[i]) & 255] ^ (own->check >> 8);
    size_t wanted = own->asked->wanted_bytes;
    if (wanted == 0) return;
    memcpy(own->window + own->kept, part, bytes);
    const unsigned char *from = own->window, *end = own->window + own->kept + bytes;
    for (const unsigned char *hit; (hit = memmem(from, end - from, own->asked->wanted, wanted)); from = hit + wanted) own->found++;
    own->kept = (size_t)(end - from) < wanted - 1 ? (size_t)(end - from) : wanted - 1;
    memmove(own->window, end - own->kept, own->kept);
}

/* Reads what has come behind what is held; whether there is more. */
static int read_more(Connection *own) {
    memmove(own->data, own->data + own->at, own->end - own->at);
    own->end -= own->at;
    own->at = 0;
    if (own->end == room) fail("a line or message that is too long");
    ssize_t n = recv(own->socket, own->data + own->end, room - own->end, 0);
    if (n <= 0) return 0;
    own->end += (size_t)n;
    own->read += (size_t)n;
    return 1;
}

static int pass(Connection *own, size_t bytes, int is_looked_at) {
    while (bytes > 0) {
        if (own->at == own->end && !read_more(own)) return 0;
        size_t part = own->end - own->at < bytes ? own->end - own->at : bytes;
        if (is_looked_at) look(own, own->data + own->at, part);
        own->at += part;
        bytes -= part;
    }
    return 1;
}

/* The end of a text that ends with these signs, beyond them; NULL if the connection ended before. */
static char *through(Connection *own, const char *signs) {
    for (;;) {
        char *hit = memmem(own->data + own->at, own->end - own->at, signs, strlen(signs));
        if (hit) return hit + strlen(signs);
        if (!read_more(own)) return NULL;
    }
}

/* Reads an answer of HTTP; its status, -1 if the connection ended before. */
static int read_http(Connection *own) {
    char *end = through(own, "\r\n\r\n");
    if (!end) return -1;
    char *head = (char *)own->data + own->at;
    end[-1] = 0;
    int status = atoi(head + 9);
    char *length = strcasestr(head, "\r\ncontent-length:"), *chunks = strcasestr(head, "\r\ntransfer-encoding: chunked");
    size_t bytes = length ? strtoul(length + 17, NULL, 10) : 0;
    own->at = (size_t)(end - (char *)own->data);
    if (!chunks) return pass(own, bytes, 1) ? status : -1;
    do {
        if (!(end = through(own, "\r\n"))) return -1;
        bytes = strtoul((char *)own->data + own->at, NULL, 16);
        own->at = (size_t)(end - (char *)own->data);
        if (!pass(own, bytes, 1) || !pass(own, 2, 0)) return -1;
    } while (bytes > 0);
    return status;
}

/* The bytes of an element's head and of what it holds (X.690); 0 if more of it has to come. */
static size_t element(const unsigned char *at, size_t have, size_t *bytes) {
    size_t more = have > 1 && at[1] & 128 ? at[1] & 127 : 0;
    if (have < 2 || more > 4 || have < 2 + more) return 0;
    *bytes = more ? 0 : at[1];
    for (size_t i = 0; i < more; i++) *bytes = *bytes << 8 | at[2 + i];
    return 2 + more;
}

/* Reads messages to the one that ends the answer; its result code, -1 if the connection ended before. */
static int read_ldap(Connection *own) {
    for (;;) {
        size_t bytes, head;
        while (!(head = element(own->data + own->at, own->end - own->at, &bytes)) || own->end - own->at < head + bytes)
            if (!read_more(own)) return -1;
        const unsigned char *operation = own->data + own->at + head, *end = operation + bytes;
        look(own, own->data + own->at, head + bytes);
        own->at += head + bytes;
        operation += 2 + operation[1];  // the number of the message
        if (*operation == 0x64 || *operation == 0x73) continue;
        head = element(operation, (size_t)(end - operation), &bytes);
        return operation[head + 2];
    }
}

/* Asks; 0 where it was cut off before the whole answer was there. */
static int exchange(Connection *own, const Question *asked) {
    own->asked = asked;
    own->found = 0;
    own->kept = 0;
    own->check = ~0u;
    for (size_t sent = 0; sent < asked->bytes;) {
        ssize_t n = send(own->socket, asked->text + sent, asked->bytes - sent, MSG_NOSIGNAL);
        if (n <= 0 && is_over && pace == 0) return 0;
        if (n <= 0) fail("send");
        sent += (size_t)n;
    }
    int status = is_ldap ? read_ldap(own) : read_http(own);
    if (status < 0 && is_over && pace == 0) return 0;
    if (status < 0) fail("the connection was closed before the answer");
    int is_good = status == asked->status && (!asked->check || ~own->check == asked->check);
    if (asked->wanted_bytes && own->found != asked->count) is_good = 0;
    if (!is_good && atomic_fetch_add(&bad, 1) == 0)
        fprintf(stderr, "steady: status %d (%d), %ld of %ld times %.*s, check %u (%u), asked: %.*s\n", status, asked->status, own->found,
                asked->count, (int)asked->wanted_bytes, asked->wanted, ~own->check, asked->check, is_ldap ? 0 : (int)strcspn(asked->text, "\r"), asked->text);
    return 1;
}

static void note(Connection *own, double duration) {
    if (own->count == own->held) own->times = realloc(own->times, (own->held = own->held * 2 + 4096) * sizeof(double));
    if (!own->times) fail("memory");
    own->times[own->count++] = duration;
}

static void *work(void *argument) {
    Connection *own = argument;
    size_t place = question_count * (size_t)own->number / (size_t)connections;
    double due = now();
    for (size_t asked = 0; !is_over && !bad && (seconds || asked < question_count); asked++) {
        double start = now();
        if (pace > 0 && start < due) sleep_until(due);
        if (start > due) due = start;
        due += pace > 0 ? 1e9 / pace : 0;
        start = now();
        if (!exchange(own, &questions[(place + asked) % question_count])) break;
        note(own, now() - start);
    }
    return NULL;
}

static int order(const void *a, const void *b) {
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

int main(int argc, char **argv) {
    if (argc < 7) return 2;
    is_ldap = strcmp(argv[1], "ldap") == 0, port = atoi(argv[2]), seconds = atoi(argv[4]), pace = atof(argv[5]);
    connections = atoi(argv[3]);
    if (connections < 1 || connections > maximum_connections || (connections > 1 && !seconds)) return 2;
    for (uint32_t i = 0; i < 256; i++) {
        crc_table[i] = i;
        for (int bit = 0; bit < 8; bit++) crc_table[i] = crc_table[i] & 1 ? crc_table[i] >> 1 ^ 0xEDB88320u : crc_table[i] >> 1;
    }
    read_questions(argv[6]);
    if (question_count == 0) return 2;
    Connection *all = calloc((size_t)connections, sizeof *all);
    if (!all) fail("memory");
    for (int i = 0; i < connections; i++) connect_to_server(&all[i]);
    double start = now();
    for (int i = 0; i < connections; i++) {
        all[i].number = i;
        pthread_create(&all[i].thread, NULL, work, &all[i]);
    }
    for (double end = start + seconds * 1e9; seconds && !bad && now() < end;) usleep(20000);
    if (seconds) is_over = 1;
    for (int i = 0; seconds && pace == 0 && i < connections; i++) shutdown(all[i].socket, SHUT_RDWR);
    Connection *sum = calloc(1, sizeof *sum);
    if (!sum) fail("memory");
    for (int i = 0; i < connections; i++) {
        pthread_join(all[i].thread, NULL);
        for (size_t k = 0; k < all[i].count; k++) note(sum, all[i].times[k]);
        sum->read += all[i].read;
    }
    double took = (now() - start) / 1e9;
    if (argc > 7) {
        FILE *out = fopen(argv[7], "w");
        if (!out) fail(argv[7]);
        for (size_t i = 0; i < sum->count; i++) fprintf(out, "%.0f\n", sum->times[i]);
        fclose(out);
    }
    if (sum->count) qsort(sum->times, sum->count, sizeof(double), order);
    double median = sum->count ? sum->times[sum->count / 2] : 0, slow = sum->count ? sum->times[sum->count * 99 / 100] : 0;
    printf("measured %.1f %.3f %.3f %d\nread %zu\n", (double)sum->count / took, median / 1e6, slow / 1e6, bad, sum->read);
    return 0;
}
