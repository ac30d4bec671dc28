#ifndef MEMOIR_CHIREDIS_SHIM_H
#define MEMOIR_CHIREDIS_SHIM_H

// Of hiredis Memoir uses the reply parser alone. `createArray` takes an `int` in 0.14 and a `size_t` in 1.x, and 1.x has
// more members in the table: this shim hides both. RESP3 kinds are never asked for (no HELLO is sent); 1.x takes them all
// the same, so each is handed over as what it is, for the receiver to refuse.

#include <hiredis/hiredis.h>
#include <stdint.h>
#include <stdlib.h>

/// Called for each value as it is parsed, in depth-first order: `kind` is a REDIS_REPLY_ constant; `integer` the value of
/// an integer or the element count of an array; `bytes` and `length` a string, status or error.
typedef void (*memoir_reply_sink)(
    void *context, int kind, long long integer, const char *bytes, size_t length
);

struct memoir_reply_target {
    memoir_reply_sink sink;
    void *context;
};

static inline void *memoir_emit(
    const redisReadTask *task, int kind, long long integer, const char *bytes, size_t length
) {
    struct memoir_reply_target *target = (struct memoir_reply_target *)task->privdata;
    target->sink(target->context, kind, integer, bytes, length);
    // hiredis takes NULL for out of memory; the value itself is never looked at.
    return (void *)1;
}

static void *memoir_create_string(const redisReadTask *task, char *bytes, size_t length) {
    return memoir_emit(task, task->type, 0, bytes, length);
}

#if HIREDIS_MAJOR >= 1
static void *memoir_create_array(const redisReadTask *task, size_t count) {
#else
static void *memoir_create_array(const redisReadTask *task, int count) {
#endif
    return memoir_emit(task, task->type, (long long)count, NULL, 0);
}

#if HIREDIS_MAJOR >= 1
static void *memoir_create_double(const redisReadTask *task, double value, char *bytes, size_t length) {
    (void)value;
    return memoir_emit(task, REDIS_REPLY_DOUBLE, 0, bytes, length);
}

static void *memoir_create_bool(const redisReadTask *task, int value) {
    return memoir_emit(task, REDIS_REPLY_BOOL, value, NULL, 0);
}
#endif

static void *memoir_create_integer(const redisReadTask *task, long long value) {
    return memoir_emit(task, REDIS_REPLY_INTEGER, value, NULL, 0);
}

static void *memoir_create_nil(const redisReadTask *task) {
    return memoir_emit(task, REDIS_REPLY_NIL, 0, NULL, 0);
}

static void memoir_free_object(void *object) { (void)object; }

/// A reader that hands each value to `target`, which must outlive it. NULL when out of memory.
static inline redisReader *memoir_reader_create(struct memoir_reply_target *target, size_t spare_bytes_kept) {
    static redisReplyObjectFunctions functions = {
        .createString = memoir_create_string,
        .createArray = memoir_create_array,
        .createInteger = memoir_create_integer,
        .createNil = memoir_create_nil,
#if HIREDIS_MAJOR >= 1
        .createDouble = memoir_create_double,
        .createBool = memoir_create_bool,
#endif
        .freeObject = memoir_free_object,
    };
    redisReader *reader = redisReaderCreateWithFunctions(&functions);
    if (reader == NULL) return NULL;
    reader->privdata = target;
    reader->maxbuf = spare_bytes_kept;
    return reader;
}

/// 1 when a whole reply was handed over, 0 when more bytes are needed, -1 on a protocol error.
static inline int memoir_reader_next(redisReader *reader) {
    void *reply = NULL;
    if (redisReaderGetReply(reader, &reply) != REDIS_OK) return -1;
    return reply != NULL;
}

static inline const char *memoir_reader_error(const redisReader *reader) { return reader->errstr; }

#endif
