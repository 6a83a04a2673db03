#ifndef MUSTER_CCURL_H
#define MUSTER_CCURL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Delivery of one message by SMTP, through libcurl's easy interface. C, because curl_easy_setopt takes variable arguments,
 * which Swift does not call.
 *
 * libcurl sends addresses and texts as it is given them. Who calls this has made them safe: addresses are ASCII without
 * blanks, brackets and controls, the text is of 7-bit lines that end in CRLF. */

/* A connection to a mail server, kept from one delivery to the next. */
typedef struct ccurl_session ccurl_session;

enum {
    ccurl_reply_bytes = 512,
    ccurl_detail_bytes = 256 /* CURL_ERROR_SIZE */
};

/* The commands of a message (RFC 5321 section 4.1.1), to tell which of them was refused. */
enum ccurl_command {
    ccurl_command_mail = 1,
    ccurl_command_rcpt = 2,
    ccurl_command_data = 3
};

/* What came of a delivery. */
struct ccurl_outcome {
    int error; /* a CURLcode; 0 where the server has taken the message, or let itself be looked at */
    long code; /* the last reply's code; 0 if there was none. To be judged after `error`: it may be 250 beside one. */
    int command; /* one of ccurl_command, of the last that was sent of them; 0 if none was */
    int system_error; /* why no connection was made, an errno; 0 where the system does not say */
    bool is_signed_in; /* whether the server has taken the name and the password on this connection */
    char reply[ccurl_reply_bytes]; /* the first line of the last reply, cut */
    char detail[ccurl_detail_bytes]; /* the error in libcurl's words */
};

/* What a delivery needs. Empty texts stand for what is not there. */
struct ccurl_limits {
    long connect_milliseconds; /* for the connection, TLS included */
    long total_milliseconds; /* for all of it */
};

/* A new session without a connection; NULL if there is no memory. */
ccurl_session *ccurl_open(void);

/* Delivers a message, or without `recipient` goes through TLS and AUTH and stops. The calling thread waits, and is to be
 * one of its own: SIGPIPE is blocked on it from here on. After an error the session holds no connection. */
void ccurl_deliver(
    ccurl_session *session,
    const char *url, /* smtp:// or smtps://, with the name for EHLO as its path */
    bool needs_tls,
    const char *authorities, /* a PEM file; empty for the system's */
    const char *username,
    const char *password,
    const char *sender,
    const char *recipient,
    const uint8_t *text,
    size_t length,
    struct ccurl_limits limits,
    struct ccurl_outcome *outcome);

/* Ends a delivery that is under way, and every later one, soon. From any thread, as long as the session is not closed. */
void ccurl_abort(ccurl_session *session);

/* Closes the connection and forgets the session. Not while a delivery is under way. */
void ccurl_close(ccurl_session *session);

/* Whether an error says that the server's name has no address. */
bool ccurl_is_unknown_host(int error);
/* Whether an error says that no network or no listener was there: the server was not reached. */
bool ccurl_is_unreached(int error);
/* Whether an error says that the server offers no TLS. */
bool ccurl_is_missing_tls(int error);
/* Whether an error says that the server's certificate is not to be trusted. */
bool ccurl_is_untrusted(int error);
/* Whether an error says that the file of authorities cannot be used. */
bool ccurl_is_bad_authorities(int error);
/* Whether an error says that TLS failed in another way. */
bool ccurl_is_tls_failure(int error);
/* Whether an error says that the name or the password were refused. */
bool ccurl_is_login_failure(int error);
/* Whether an error says that the time was over. */
bool ccurl_is_timeout(int error);

#endif
