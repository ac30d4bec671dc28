#ifndef MEMOIR_CLINUX_SHIM_H
#define MEMOIR_CLINUX_SHIM_H

// What Swift's Glibc module leaves out: epoll, eventfd and prctl.

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

/// `epoll_event.data` is a union, which Swift imports awkwardly: these two give it as one 64-bit number.
static inline struct epoll_event memoir_epoll_event(uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events};
    event.data.u64 = token;
    return event;
}

static inline uint64_t memoir_epoll_token(const struct epoll_event *event) {
    return event->data.u64;
}

/// Names the calling thread, at most 15 characters: what `top -H` shows. `prctl` is variadic, which Swift does not call.
static inline void memoir_name_thread(const char *name) {
    prctl(PR_SET_NAME, name);
}

#endif
