// Strangers for the figures: connections from many networks that each send one request after the other.
//
// Usage: strangers PORT CONNECTIONS SECONDS NETWORKS FILE
// FILE holds requests, each after its length as a line of digits; the 16 characters ################ in a request
// become another text each time. Prints `strangers ANSWERS REFUSED BAD`: all answers, those of them that were 503, and
// connections that ended without an answer or answers of 500 and above but 503.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_REQUESTS = 256, MOST_ANSWER = 16384 };

struct request {
    char *text, *mark;
    size_t length;
};
struct peer {
    int fd, number;
    char *text;
    size_t length, sent, got;
    char answer[MOST_ANSWER + 1];
};

static struct request requests[MOST_REQUESTS];
static int request_count, port, networks, poller;
static unsigned long long turn, answers, refused, bad;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void read_requests(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) fail(path);
    size_t length;
    while (request_count < MOST_REQUESTS && fscanf(file, "%zu", &length) == 1) {
        fgetc(file);
        struct request *next = &requests[request_count++];
        next->length = length;
        next->text = calloc(1, length + 1);
        if (!next->text || fread(next->text, 1, length, file) != length) fail(path);
        next->mark = strstr(next->text, "################");
    }
    fclose(file);
    if (request_count == 0) fail("no requests");
}

static void prepare(struct peer *peer) {
    const struct request *next = &requests[(peer->number + turn) % request_count];
    free(peer->text);
    peer->text = malloc(next->length);
    if (!peer->text) fail("malloc");
    memcpy(peer->text, next->text, next->length);
    peer->length = next->length;
    peer->sent = peer->got = 0;
    turn++;
    if (!next->mark) return;
    char mark[17];
    snprintf(mark, sizeof mark, "%016llx", turn * 0x9E3779B97F4A7C15ULL);
    memcpy(peer->text + (next->mark - next->text), mark, 16);
}

static void open_peer(struct peer *peer) {
    if (peer->fd >= 0) close(peer->fd);
    peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (peer->fd < 0) fail("socket");
    int on = 1;
    setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(peer->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    int network = peer->number % networks;
    struct sockaddr_in own = {.sin_family = AF_INET}, server = {.sin_family = AF_INET, .sin_port = htons(port)};
    own.sin_addr.s_addr = htonl(0x7F000000u | (unsigned)(1 + network / 250) << 8 | (unsigned)(1 + network % 250));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(peer->fd, (struct sockaddr *)&own, sizeof own) < 0) fail("bind");
    if (connect(peer->fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS) fail("connect");
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = peer};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, peer->fd, &event) < 0) fail("epoll");
    prepare(peer);
}

static void send_some(struct peer *peer) {
    while (peer->sent < peer->length) {
        ssize_t count = send(peer->fd, peer->text + peer->sent, peer->length - peer->sent, MSG_NOSIGNAL);
        if (count < 0) break;
        peer->sent += count;
    }
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = peer};
    if (peer->sent < peer->length) event.events |= EPOLLOUT;
    epoll_ctl(poller, EPOLL_CTL_MOD, peer->fd, &event);
}

// Whether an answer is whole; its status is counted then.
static int take_answer(struct peer *peer) {
    peer->answer[peer->got] = 0;
    char *end = strstr(peer->answer, "\r\n\r\n");
    if (!end) return 0;
    char *field = strcasestr(peer->answer, "\r\ncontent-length:");
    size_t body = field && field < end ? strtoul(field + 17, NULL, 10) : 0;
    if (peer->got < (size_t)(end + 4 - peer->answer) + body) return 0;
    int status = atoi(peer->answer + 9);
    answers++;
    refused += status == 503;
    bad += status >= 500 && status != 503;
    return 1;
}

static void serve(struct peer *peer, unsigned events) {
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        ssize_t count = recv(peer->fd, peer->answer + peer->got, MOST_ANSWER - peer->got, 0);
        if (count == 0 || (count < 0 && errno != EAGAIN)) {
            bad += peer->sent > 0;
            open_peer(peer);
            return;
        }
        if (count > 0) {
            peer->got += count;
            if (take_answer(peer)) prepare(peer);
        }
    }
    send_some(peer);
}

int main(int count, char **words) {
    if (count != 6) {
        fprintf(stderr, "usage: strangers PORT CONNECTIONS SECONDS NETWORKS FILE\n");
        return 2;
    }
    port = atoi(words[1]);
    int connections = atoi(words[2]);
    double end = now() + atof(words[3]);
    networks = atoi(words[4]);
    read_requests(words[5]);
    poller = epoll_create1(0);
    struct peer *peers = calloc(connections, sizeof *peers);
    if (poller < 0 || !peers || networks < 1) fail("strangers");
    for (int number = 0; number < connections; number++) {
        peers[number].fd = -1;
        peers[number].number = number;
        open_peer(&peers[number]);
    }
    struct epoll_event events[64];
    while (now() < end) {
        int ready = epoll_wait(poller, events, 64, 100);
        for (int at = 0; at < ready; at++) serve(events[at].data.ptr, events[at].events);
    }
    printf("strangers %llu %llu %llu\n", answers, refused, bad);
    return 0;
}
