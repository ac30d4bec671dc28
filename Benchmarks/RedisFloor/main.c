// The floor under every job queue on Redis streams: the commands of a job's life and nothing else, by hiredis alone, one
// process, one round trip a batch.
//
//   redis-floor enqueue PORT JOBS DEPTH   XADD of 300 bytes
//   redis-floor drain PORT JOBS DEPTH     XREADGROUP COUNT DEPTH; for each job SET result EX 3600; one variadic XACK and
//                                         XDEL a batch; the next read rides in the same pipeline
//
// Prints jobs a second.

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *stream = "floor:jobs";

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void die(const char *message) {
    fprintf(stderr, "redis-floor: %s\n", message);
    exit(1);
}

static redisReply *next_reply(redisContext *context) {
    void *reply = NULL;
    if (redisGetReply(context, &reply) != REDIS_OK) die(context->errstr);
    if (((redisReply *)reply)->type == REDIS_REPLY_ERROR) die(((redisReply *)reply)->str);
    return reply;
}

static void append(redisContext *context, int count, const char **arguments, size_t *lengths) {
    if (redisAppendCommandArgv(context, count, arguments, lengths) != REDIS_OK) die("out of memory");
}

static void enqueue(redisContext *context, long jobs, int depth) {
    char payload[300];
    memset(payload, 'x', sizeof payload);
    freeReplyObject(redisCommand(context, "DEL %s", stream));
    freeReplyObject(redisCommand(context, "XGROUP CREATE %s group 0 MKSTREAM", stream));
    const char *arguments[] = {"XADD", stream, "*", "d", payload};
    size_t lengths[] = {4, strlen(stream), 1, 1, sizeof payload};
    for (long done = 0; done < jobs;) {
        int count = jobs - done < depth ? (int)(jobs - done) : depth;
        for (int i = 0; i < count; i++) append(context, 5, arguments, lengths);
        for (int i = 0; i < count; i++) freeReplyObject(next_reply(context));
        done += count;
    }
}

static void append_read(redisContext *context, int depth) {
    char count[16];
    int length = snprintf(count, sizeof count, "%d", depth);
    const char *arguments[] = {"XREADGROUP", "GROUP", "group", "c", "COUNT", count, "STREAMS", stream, ">"};
    size_t lengths[] = {10, 5, 5, 1, 5, (size_t)length, 7, strlen(stream), 1};
    append(context, 9, arguments, lengths);
}

/// Result, acknowledgement and removal of one batch; returns the replies to expect.
static size_t append_finish(redisContext *context, redisReply *entries, const char **arguments, size_t *lengths) {
    char key[96];
    for (size_t i = 0; i < entries->elements; i++) {
        redisReply *id = entries->element[i]->element[0];
        int length = snprintf(key, sizeof key, "floor:result:%s", id->str);
        const char *set[] = {"SET", key, "{\"ok\":true,\"n\":1}", "EX", "3600"};
        size_t set_lengths[] = {3, (size_t)length, 17, 2, 4};
        append(context, 5, set, set_lengths);
    }
    arguments[1] = stream, lengths[1] = strlen(stream);
    arguments[0] = "XACK", lengths[0] = 4, arguments[2] = "group", lengths[2] = 5;
    for (size_t i = 0; i < entries->elements; i++) {
        arguments[3 + i] = entries->element[i]->element[0]->str;
        lengths[3 + i] = entries->element[i]->element[0]->len;
    }
    append(context, (int)(3 + entries->elements), arguments, lengths);
    arguments[1] = "XDEL", lengths[1] = 4, arguments[2] = stream, lengths[2] = strlen(stream);
    append(context, (int)(2 + entries->elements), arguments + 1, lengths + 1);
    return entries->elements + 2;
}

static long drain(redisContext *context, int depth) {
    const char **arguments = calloc((size_t)depth + 3, sizeof *arguments);
    size_t *lengths = calloc((size_t)depth + 3, sizeof *lengths);
    if (arguments == NULL || lengths == NULL) die("out of memory");
    long done = 0;
    append_read(context, depth);
    redisReply *batch = next_reply(context);
    while (batch->type != REDIS_REPLY_NIL) {
        redisReply *entries = batch->element[0]->element[1];
        size_t replies = append_finish(context, entries, arguments, lengths);
        append_read(context, depth);
        for (size_t i = 0; i < replies; i++) freeReplyObject(next_reply(context));
        done += (long)entries->elements;
        freeReplyObject(batch);
        batch = next_reply(context);
    }
    freeReplyObject(batch);
    free(arguments);
    free(lengths);
    return done;
}

int main(int count, char **arguments) {
    if (count != 5) die("usage: redis-floor enqueue|drain PORT JOBS DEPTH");
    int depth = atoi(arguments[4]);
    long jobs = atol(arguments[3]);
    if (depth < 1 || jobs < 1) die("JOBS and DEPTH are numbers above 0");
    redisContext *context = redisConnect("127.0.0.1", atoi(arguments[2]));
    if (context == NULL || context->err) die("cannot connect");
    double start = now();
    if (strcmp(arguments[1], "enqueue") == 0) {
        enqueue(context, jobs, depth);
    } else {
        jobs = drain(context, depth);
    }
    printf("%.0f\n", (double)jobs / (now() - start));
    redisFree(context);
    return 0;
}
